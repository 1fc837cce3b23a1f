# The reader of the guide. Runs inside the root file system, as root, when an image is built. $1 is the login.
login=$1

mkdir -p /etc/typealong
printf '# Whose shells the terminals of the page are (typealong-console@).\nLOGIN=%s\n' "$login" > /etc/typealong/guest
useradd --create-home --uid 1000 --user-group --shell /bin/bash "$login"
echo "$login:$login" | chpasswd
echo "$login ALL=(ALL:ALL) NOPASSWD: ALL" > /etc/sudoers.d/90-reader
chmod 440 /etc/sudoers.d/90-reader

# Makes the guest look like the Ubuntu 16.04 server of the guide. Runs inside the root file system, as
# root, after guest/arrange.sh. $1 is the reader's login.
login=$1

printf '127.0.0.1 localhost\n127.0.1.1 server flask.example\n\n::1 localhost ip6-localhost ip6-loopback\n' > /etc/hosts
echo 'deb [signed-by=/usr/share/keyrings/typealong-archive.gpg] http://archive.ubuntu.com/ubuntu xenial main' > /etc/apt/sources.list

# Homes were readable by others on Ubuntu 16.04; the guide's Nginx relies on it.
chmod 755 "/home/$login"
# The aliases of Ubuntu's .bashrc. A command typed after a blank is kept in the history, or the page
# could not tell which command ran.
sed -i 's/^HISTCONTROL=.*/HISTCONTROL=ignoredups/; s/^#alias l/alias l/' "/home/$login/.bashrc"
# A login shell has read the completions in /etc/profile.d already; once more takes it half a second.
sed -i 's/^if ! shopt -oq posix; then$/if ! shopt -oq posix \&\& [ -z "${BASH_COMPLETION_VERSINFO-}" ]; then/' "/home/$login/.bashrc"
grep -q BASH_COMPLETION_VERSINFO "/home/$login/.bashrc"

# ufw as `ufw enable` leaves it: it starts at boot and lets nothing in.
sed -i 's/^ENABLED=.*/ENABLED=yes/' /etc/ufw/ufw.conf
systemctl --quiet enable ufw.service

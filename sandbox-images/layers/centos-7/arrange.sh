# Makes the guest look like the CentOS 7 server of the guides. Runs inside the root file system, as root,
# after guest/arrange.sh. $1 is the reader's login.
login=$1

printf '127.0.0.1 localhost\n127.0.1.1 server flask.example wsgi.example\n\n::1 localhost localhost6\n' > /etc/hosts

# Who may use sudo is in the group wheel.
groupadd --system wheel
usermod --append --groups wheel "$login"
rm /etc/sudoers.d/90-reader
echo '%wheel ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/wheel
chmod 440 /etc/sudoers.d/wheel

# Homes are closed to everybody else on CentOS; opening this one is a step of the guide.
rm -f "/home/$login/.profile" "/home/$login/.bash_logout" /etc/skel/.profile /etc/skel/.bash_logout
cp /etc/skel/.bashrc /etc/skel/.bash_profile "/home/$login/"
chown -R "$login:$login" "/home/$login"
chmod 700 "/home/$login"

# yum is another name of dnf, its successor.
ln -s dnf-3 /usr/bin/yum
ln -s dnf/dnf.conf /etc/yum.conf
ln -s redhat-release /etc/centos-release
ln -s redhat-release /etc/system-release
systemctl --quiet disable dnf-makecache.timer 2>/dev/null || true
ln -sf /dev/null /etc/systemd/system/dnf-makecache.timer

# pip's commands come with the RPM python-pip; what is here is its modules (recipes.ts).
rm /usr/bin/pip*

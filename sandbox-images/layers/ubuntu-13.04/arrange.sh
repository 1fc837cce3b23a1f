# Makes the guest look like the Ubuntu 13.04 server of the guide. Runs inside the root file system, as
# root, when its packages are installed.

printf '127.0.0.1 localhost\n127.0.1.1 server flask.example tea.example\n\n::1 localhost ip6-localhost ip6-loopback\n' > /etc/hosts
# The guide appends to this file.
echo 'deb [signed-by=/usr/share/keyrings/typealong-archive.gpg] http://archive.ubuntu.com/ubuntu raring main' > /etc/apt/sources.list

# Services are scripts in /etc/init.d here: systemd makes units of them.
rm /etc/systemd/system-generators/systemd-sysv-generator

# Upstart's jobs, and what they print.
mkdir -p /etc/init /var/log/upstart
systemctl --quiet enable upstart-compat.service

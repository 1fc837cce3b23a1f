# Makes the guest look like the Ubuntu 16.04 server of the guide. Runs inside the root file system, as
# root, after guest/arrange.sh.

printf '127.0.0.1 localhost\n127.0.1.1 server flask.example\n\n::1 localhost ip6-localhost ip6-loopback\n' > /etc/hosts
echo 'deb [signed-by=/usr/share/keyrings/typealong-archive.gpg] http://archive.ubuntu.com/ubuntu xenial main' > /etc/apt/sources.list

# ufw as `ufw enable` leaves it: it starts at boot and lets nothing in.
sed -i 's/^ENABLED=.*/ENABLED=yes/' /etc/ufw/ufw.conf
systemctl --quiet enable ufw.service

# Makes the guest look like the Ubuntu 13.04 server of the guide. Runs inside the root file system, as
# root, when its packages are installed. $1 is the reader's login.
login=$1

printf '127.0.0.1 localhost\n127.0.1.1 server flask.example tea.example\n\n::1 localhost ip6-localhost ip6-loopback\n' > /etc/hosts
# The guide appends to this file.
echo 'deb [signed-by=/usr/share/keyrings/typealong-archive.gpg] http://archive.ubuntu.com/ubuntu raring main' > /etc/apt/sources.list

chmod 755 "/home/$login"
# The aliases of Ubuntu's .bashrc. A command typed after a blank is kept in the history, or the page
# could not tell which command ran.
sed -i 's/^HISTCONTROL=.*/HISTCONTROL=ignoredups/; s/^#alias l/alias l/' "/home/$login/.bashrc"
# A login shell has read the completions in /etc/profile.d already; once more takes it half a second.
sed -i 's/^if ! shopt -oq posix; then$/if ! shopt -oq posix \&\& [ -z "${BASH_COMPLETION_VERSINFO-}" ]; then/' "/home/$login/.bashrc"
grep -q BASH_COMPLETION_VERSINFO "/home/$login/.bashrc"

# Services are scripts in /etc/init.d here: systemd makes units of them.
rm /etc/systemd/system-generators/systemd-sysv-generator

# Upstart's jobs, and what they print.
mkdir -p /etc/init /var/log/upstart
systemctl --quiet enable upstart-compat.service

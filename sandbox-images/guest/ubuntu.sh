# What the logins of Ubuntu's servers have in common. Runs inside the root file system, as root, when the image of an
# Ubuntu is built. $1 is the reader's login.
login=$1

# Homes are readable by others; the guides' Nginx relies on it.
chmod 755 "/home/$login"
# The aliases of Ubuntu's .bashrc. A command typed after a blank is kept in the history, or the page
# could not tell which command ran.
sed -i 's/^HISTCONTROL=.*/HISTCONTROL=ignoredups/; s/^#alias l/alias l/' "/home/$login/.bashrc"
# A login shell has read the completions in /etc/profile.d already; once more takes it half a second.
sed -i 's/^if ! shopt -oq posix; then$/if ! shopt -oq posix \&\& [ -z "${BASH_COMPLETION_VERSINFO-}" ]; then/' "/home/$login/.bashrc"
grep -q BASH_COMPLETION_VERSINFO "/home/$login/.bashrc"

# Everybody finds the programs in /sbin.
ubuntu_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games
sed -i "s#^  PATH=\".*games\"#  PATH=\"$ubuntu_path\"#" /etc/profile
grep -q "$ubuntu_path" /etc/profile

# Of the keys in this folder none signs anything here, and apt-key would read each of them anew.
rm /etc/apt/trusted.gpg.d/debian-archive-*

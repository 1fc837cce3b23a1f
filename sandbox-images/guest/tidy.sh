# Takes away what installing packages leaves behind. Runs inside the root file system, as root, when everything is
# installed.

# Debconf's questions in other languages, nine tenths of what every package that has questions makes it read.
sed -i -E '/^[A-Za-z_]+-[a-z]{2,3}(_[A-Za-z]+|@[a-z]+)*\.[Uu][Tt][Ff]-8: /d' /var/cache/debconf/templates.dat
rm -f /etc/dpkg/dpkg.cfg.d/99mmdebstrap /etc/apt/apt.conf.d/99mmdebstrap /etc/apt/sources.list.d/*
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/cache/debconf/*-old \
  /var/cache/ldconfig /var/log/apt /var/log/*.log /var/lib/dpkg/*-old
mkdir -p /var/log/apt

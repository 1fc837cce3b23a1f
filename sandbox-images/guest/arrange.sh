# What every guest gets on top of Debian's packages. Runs inside the root file system, as root, when the
# base of all images is built.

echo server > /etc/hostname
echo 'nameserver 192.168.86.1' > /etc/resolv.conf
# The first error of the disk makes it read-only, before more is lost.
echo '/dev/sda / ext4 defaults,noatime,errors=remount-ro 0 0' > /etc/fstab
echo 'LANG=C.UTF-8' > /etc/default/locale
# One machine identity for all readers, fixed so that first boot has nothing to write.
echo typealong | md5sum | cut -c1-32 > /etc/machine-id

grep -q typealong /etc/bash.bashrc || printf '\n. /etc/profile.d/typealong.sh\n' >> /etc/bash.bashrc

# Python's marker that asks for virtual environments came years after the guides' systems.
rm -f /usr/lib/python3.11/EXTERNALLY-MANAGED

systemctl --quiet enable typealong-network.service typealong-agent.service
systemctl --quiet enable typealong-console@hvc0.service typealong-console@hvc1.service typealong-console@hvc2.service

# Generators run at boot and at every daemon-reload. Only that of /etc/fstab has anything to find here.
mkdir -p /etc/systemd/system-generators
for generator in /lib/systemd/system-generators/*; do
  name=${generator##*/}
  test "$name" = systemd-fstab-generator || ln -sf /dev/null "/etc/systemd/system-generators/$name"
done

# Timers would fire while somebody reads; there are no modules, no graphics card and no seats; the
# random seed comes from the page.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  systemd-tmpfiles-clean.timer e2scrub_reap.service getty-static.service getty@tty1.service \
  kmod-static-nodes.service modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service \
  modprobe@efi_pstore.service modprobe@fuse.service modprobe@loop.service systemd-modules-load.service \
  systemd-pstore.service systemd-random-seed.service systemd-update-utmp-runlevel.service \
  sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done

# Not at boot, only when D-Bus is asked for it (systemd-logind.service.d).
ln -s /dev/null /etc/systemd/system/multi-user.target.wants/systemd-logind.service

# The page knows at once that the machine shuts down, and what comes after.
for target in reboot:restart kexec:restart poweroff:power-off halt:power-off; do
  mkdir -p "/etc/systemd/system/${target%:*}.target.wants"
  ln -s ../typealong-shutdown@.service \
    "/etc/systemd/system/${target%:*}.target.wants/typealong-shutdown@${target#*:}.service"
done

# Debconf asks nobody: it would start a Perl program before every installation.
sed -i 's|^DPkg::Pre-Install-Pkgs|// &|' /etc/apt/apt.conf.d/70debconf
echo 'debconf debconf/frontend select Noninteractive' | debconf-set-selections
chmod -x /etc/update-motd.d/* 2>/dev/null || true

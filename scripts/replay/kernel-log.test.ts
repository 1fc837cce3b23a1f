import { expect, test } from 'vitest';
import { kernelTrouble } from './kernel-log.ts';

test.each([
  'ata1.00: exception Emask 0x0 SAct 0x0 SErr 0x0 action 0x6 frozen',
  'ata1: lost interrupt (Status 0x50)',
  'ata1.00: failed command: READ DMA',
  'ata1: soft resetting link',
  'INFO: rcu_sched self-detected stall on CPU',
  'irq 14: nobody cared (try booting with the "irqpoll" option)',
  'INFO: task jbd2/sda-8:55 blocked for more than 120 seconds.',
  'blk_update_request: I/O error, dev sda, sector 2048',
  'EXT4-fs error (device sda): ext4_find_entry:1465: inode #2: comm ls',
  'watchdog: BUG: soft lockup - CPU#0 stuck for 22s!',
])('trouble: %s', (line) => {
  const log = `[    0.000000] Linux version 4.4\n[   12.345678] ${line}\n`;
  expect(kernelTrouble(log)).toEqual([`[   12.345678] ${line}`]);
});

test('what every boot says is not trouble', () => {
  const log = [
    'ata1: PATA max MWDMA2 cmd 0x1f0 ctl 0x3f6 bmdma 0xb400 irq 14',
    'ata1.00: ATA-6: v86 ATA HD, max UDMA/133',
    'ata1.00: configured for MWDMA2',
    'EXT4-fs (sda): mounted filesystem with ordered data mode. Opts: errors=remount-ro',
    'ACPI: Core revision 20220331',
  ].join('\n');
  expect(kernelTrouble(log)).toEqual([]);
});

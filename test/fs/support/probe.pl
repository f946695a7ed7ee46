# Asks the kernel what Node has no words for: one system call or two, and what came back as lines of text. Run by probe.ts.
#   perl probe.pl COMMAND ARGUMENTS…
# A failed call prints "error ENAME" and ends with status 0: how calls fail is what the tests are about.
use strict;
use warnings;
use Config;
use Fcntl qw(:DEFAULT :flock :seek);

my $arm = $Config{archname} =~ /aarch64/;
my %call = $arm
  ? (read => 63, pread => 67, mmap => 222, sendfile => 71, splice => 76, getdents64 => 61, getxattr => 8, listxattr => 11,
     statx => 291, copy_file_range => 285, inotify_init1 => 26, inotify_add_watch => 27, openat => 56)
  : (read => 0, pread => 17, mmap => 9, sendfile => 40, splice => 275, getdents64 => 217, getxattr => 191, listxattr => 194,
     statx => 332, copy_file_range => 326, inotify_init1 => 294, inotify_add_watch => 254, openat => 257);
my ($O_DIRECT, $O_PATH, $AT_FDCWD) = ($arm ? 0200000 : 040000, 010000000, -100);

sub named { for my $name (keys %!) { return $name if $!{$name} } return "E$!" }
sub failed { print "error ", named(), "\n"; exit 0 }
# Without a copy of the arguments, as the kernel writes into them.
sub call { my $name = shift; my $result = syscall($call{$name}, @_); failed() if $result == -1; return $result }
sub opened { my ($path, $flags) = @_; return call('openat', $AT_FDCWD, $path . "\0", 0 + $flags, 0) }
sub hex_of { print unpack('H*', $_[0]), "\n" }
# Memory that begins at a page, as O_DIRECT may want it.
sub pages { my ($bytes) = @_; return call('mmap', 0, $bytes, 3, 0x22, -1, 0) }
sub bytes_at { my ($address, $bytes) = @_; return $bytes == 0 ? '' : unpack("P$bytes", pack('Q', $address)) }

my %commands = (
  # Every entry as "inode offset type name", read with a buffer of so many bytes.
  getdents => sub {
    my ($path, $bytes, $from) = @_;
    my $fd = opened($path, O_RDONLY | O_DIRECTORY);
    if (defined $from) { open(my $folder, '<&=', $fd) or failed(); sysseek($folder, $from, SEEK_SET) // failed(); list($fd, $bytes) }
    else { list($fd, $bytes) }
  },
  # The result of open(2) with flags: "ok", the error, or what fstat(2) says of an O_PATH descriptor.
  open => sub {
    my ($path, $flags) = @_;
    my $fd = opened($path, $flags);
    if ($flags & $O_PATH) {
      my ($stat, $itself) = ("\0" x 256, "\0");
      call('statx', $fd, $itself, 0x1000, 0x7ff, $stat);
      printf "ok %o\n", unpack('x28 S', $stat);
      return;
    }
    print "ok\n";
  },
  # "mask mode nlink ino size mtime-s mtime-ns btime-s"
  statx => sub {
    my ($path, $flags) = @_;
    my $stat = "\0" x 256;
    call('statx', $AT_FDCWD, $path . "\0", 0 + $flags, 0xfff, $stat);
    my ($mask, $blksize, $attributes, $nlink, $uid, $gid, $mode, $ino, $size) = unpack('L L Q L L L S x2 Q Q', $stat);
    my ($seconds, $nanoseconds) = unpack('x112 q L', $stat);
    printf "%x %o %d %s %s %s %s\n", $mask, $mode, $nlink, $ino, $size, $seconds, $nanoseconds;
  },
  pread => sub {
    my ($path, $offset, $bytes, $flags) = @_;
    my $fd = opened($path, $flags // O_RDONLY);
    my $buffer = pages($bytes + 4096);
    my $count = call('pread', $fd, $buffer, 0 + $bytes, 0 + $offset);
    hex_of(bytes_at($buffer, $count));
  },
  direct => sub {
    my ($path, $offset, $bytes) = @_;
    my $fd = opened($path, O_RDONLY | $O_DIRECT);
    my $buffer = pages($bytes + 4096);
    my $count = call('pread', $fd, $buffer, 0 + $bytes, 0 + $offset);
    hex_of(bytes_at($buffer, $count));
  },
  # @param sharing 1: MAP_SHARED, 2: MAP_PRIVATE
  mmap => sub {
    my ($path, $offset, $bytes, $sharing) = @_;
    my $fd = opened($path, O_RDONLY);
    hex_of(bytes_at(call('mmap', 0, 0 + $bytes, 1, 0 + $sharing, $fd, 0 + $offset), $bytes));
  },
  sendfile => sub {
    my ($path, $offset, $bytes, $target) = @_;
    sysopen(my $out, $target, O_WRONLY | O_CREAT | O_TRUNC) or failed();
    my $fd = opened($path, O_RDONLY);
    my $at = pack('q', $offset);
    my $sent = 0;
    while ($sent < $bytes) { my $n = call('sendfile', fileno($out), $fd, $at, $bytes - $sent); last if $n == 0; $sent += $n }
    print "$sent\n";
  },
  copy_file_range => sub {
    my ($path, $offset, $bytes, $target) = @_;
    sysopen(my $out, $target, O_WRONLY | O_CREAT | O_TRUNC) or failed();
    my $fd = opened($path, O_RDONLY);
    my $at = pack('q', $offset);
    my $sent = 0;
    while ($sent < $bytes) { my $n = call('copy_file_range', $fd, $at, fileno($out), 0, $bytes - $sent, 0); last if $n == 0; $sent += $n }
    print "$sent\n";
  },
  splice => sub {
    my ($path, $offset, $bytes) = @_;
    pipe(my $from, my $to) or failed();
    my $fd = opened($path, O_RDONLY);
    my $at = pack('q', $offset);
    my $data = '';
    while (length $data < $bytes) {
      my $n = call('splice', $fd, $at, fileno($to), 0, $bytes - length $data, 0);
      last if $n == 0;
      for (my $got = 0; $got < $n;) { $got += sysread($from, $data, $n - $got, length $data) // failed() }
    }
    hex_of($data);
  },
  # SEEK_DATA and SEEK_HOLE from an offset: "data hole"
  holes => sub {
    my ($path, $offset) = @_;
    sysopen(my $file, $path, O_RDONLY) or failed();
    my $data = sysseek($file, $offset, 3) // failed();
    my $hole = sysseek($file, $offset, 4) // failed();
    print 0 + $data, " ", 0 + $hole, "\n";
  },
  # getxattr(2) and listxattr(2) with a buffer of so many bytes: what they return, and the bytes when there was room.
  getxattr => sub {
    my ($path, $name, $bytes) = @_;
    my $buffer = "\0" x ($bytes || 1);
    my $count = call('getxattr', $path . "\0", $name . "\0", $buffer, 0 + $bytes);
    print "$count ", $bytes ? substr($buffer, 0, $count) : '', "\n";
  },
  listxattr => sub {
    my ($path, $bytes) = @_;
    my $buffer = "\0" x ($bytes || 1);
    my $count = call('listxattr', $path . "\0", $buffer, 0 + $bytes);
    print "$count ", $bytes ? join(',', split /\0/, substr($buffer, 0, $count)) : '', "\n";
  },
  # Read locks of both kinds, taken and given back, and a write lock, which a descriptor for reading may not have.
  locks => sub {
    my ($path) = @_;
    sysopen(my $file, $path, O_RDONLY) or failed();
    my $lock = sub { pack('s s x4 q q l x4', $_[0], SEEK_SET, 0, 0, 0) };
    my @said;
    for my $kind (F_RDLCK, F_WRLCK, F_UNLCK) { push @said, fcntl($file, F_SETLK, $lock->($kind)) ? 'ok' : named() }
    for my $kind (LOCK_SH, LOCK_UN) { push @said, flock($file, $kind | LOCK_NB) ? 'ok' : named() }
    print "@said\n";
  },
  # Which of the folders, or what lies directly in them, a program opens: one path a line, each as often as it happens.
  # Arguments: folders, "--", the program and its arguments. The program's output is thrown away.
  opens => sub {
    my @folders;
    while (@_) { my $next = shift; last if $next eq '--'; push @folders, $next }
    my $notify = call('inotify_init1', 0);
    my %folder;
    for my $path (@folders) { $folder{call('inotify_add_watch', $notify, $path . "\0", 0x20 | 0x01000000)} = $path }
    my $child = fork() // failed();
    if ($child == 0) { open STDOUT, '>', '/dev/null'; exec { $_[0] } @_ or exit 127 }
    waitpid($child, 0);
    my $status = $? >> 8;
    # An event for ourselves comes last: whatever was before it is in the queue, too.
    open(my $mark, '<', $0);
    call('inotify_add_watch', $notify, $0 . "\0", 0x20);
    open(my $again, '<', $0);
    open(my $events, '<&=', $notify) or failed();
    READING: while (sysread($events, my $buffer, 65536)) {
      while (length $buffer) {
        my ($watch, undef, undef, $length) = unpack('l L L L', $buffer);
        my $name = unpack('Z*', substr($buffer, 16, $length));
        $buffer = substr($buffer, 16 + $length);
        last READING unless exists $folder{$watch};
        print $folder{$watch}, $name eq '' ? '' : "/$name", "\n";
      }
    }
    print "status $status\n";
  },
  # Opens files as often as told, all at once, by as many processes as it takes when each may have so many open; then each reads a
  # byte through its last descriptor: how many were open, and the bytes.
  many => sub {
    my ($count, $each, @paths) = @_;
    my (@told, @hold);
    for (my $left = $count; $left > 0; $left -= $each) {
      my $mine = $left < $each ? $left : $each;
      pipe(my $hear, my $tell) or failed();
      pipe(my $wait, my $keep) or failed();
      if ((fork() // failed()) == 0) {
        close $_ for $keep, @hold;
        my ($fd, $byte) = (undef, "\0");
        for (1 .. $mine) { $fd = opened($paths[$_ % @paths], O_RDONLY) }
        syswrite($tell, "$mine\n");
        sysread($wait, my $nothing, 1);
        call('pread', $fd, $byte, 1, 0);
        syswrite($tell, unpack('H*', $byte) . "\n");
        exit 0;
      }
      push @told, $hear;
      push @hold, $keep;
    }
    my $opened = 0;
    for my $hear (@told) { $opened += readline($hear) // 0 }
    close $_ for @hold;
    my %bytes;
    for my $hear (@told) { my $byte = readline($hear) // ''; chomp $byte; $bytes{$byte}++ }
    1 while wait() > 0;
    print "$opened ", join(',', sort keys %bytes), "\n";
  },
);

sub list {
  my ($fd, $bytes) = @_;
  my $buffer = "\0" x $bytes;
  while (my $count = call('getdents64', $fd, $buffer, 0 + $bytes)) {
    for (my $at = 0; $at < $count;) {
      my ($ino, $offset, $length, $type) = unpack('Q q S C', substr($buffer, $at, 19));
      my $name = unpack('Z*', substr($buffer, $at + 19, $length - 19));
      print "$ino $offset $type ", unpack('H*', $name), "\n";
      $at += $length;
    }
  }
}

my $command = shift @ARGV;
$commands{$command}->(@ARGV);

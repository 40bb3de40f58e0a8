package Loop;

# The driver protocol for Perl adapters: reads requests, calls your operations, writes replies.
#
#     serve({ name => 'my-client', version => '1', language => 'Perl' }, { state => \1 }, { open => sub { ... } });
#
# An operation takes the request (a hash reference) and returns the members of `ok` (a hash
# reference, or nothing). It calls refuse('kind', 'message') to answer `err`. Copy this file beside
# your adapter; it needs nothing but Perl.
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;

our @EXPORT = qw(serve refuse);

# refuse(KIND, MESSAGE, code => ..., status => ...): the client did not do it.
sub refuse {
    my ($kind, $message, %extra) = @_;
    die { kind => $kind, message => $message // '', %extra };
}

sub serve {
    my ($client, $features, $operations) = @_;
    open(my $out, '>&', \*STDOUT) or die "standard output: $!";
    open(STDOUT, '>&', \*STDERR) or die "standard error: $!";    # the protocol has the real one
    $out->autoflush(1);
    my $json = JSON::PP->new->utf8->canonical;
    while (my $line = <STDIN>) {
        my $request = $json->decode($line);
        my $op      = $request->{op};
        my $reply   = { id => $request->{id} };
        if    ($op eq 'hello') { $reply->{ok} = { protocol => 1, client => $client, features => $features } }
        elsif ($op eq 'bye')   { $reply->{ok} = {} }
        elsif (!$operations->{$op}) { $reply->{unsupported} = { feature => $op } }
        else {
            my $ok = eval { $operations->{$op}->($request) || {} };
            my $error = $@;
            if ($ok) { $reply->{ok} = $ok }
            else { $reply->{err} = ref $error eq 'HASH' ? $error : { kind => 'internal', message => "$error" } }
        }
        print {$out} $json->encode($reply), "\n";
        return if $op eq 'bye';
    }
    return;
}

1;

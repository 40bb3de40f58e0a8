# A template: fill in the seven places marked TODO. Wire your client exactly as your application
# does: an adapter that is kinder than the application hides the defects you are looking for. The
# runner is the browser: it opens the URL that `authorize` returns and hands you the callback URL.
#
#     aweber-conformance run --driver "perl my-adapter/driver.pl"
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../perl";
use Loop;

my %cases;    # case -> the `open` request: endpoints, client id and secret, redirect URI, scopes

serve(
    { name => 'my-client', version => '0', language => 'Perl' },
    # TODO 7: what your client does; `aweber-conformance docs write-an-adapter`.
    { state => \1, auth => ['basic'], token_transport => ['header'], refresh => ['manual'] },
    {
        # TODO 1: make your client from the request; sessions of one case are different users.
        open => sub { my $request = shift; $cases{ $request->{case} } = $request; return },
        close => sub { my $request = shift; delete $cases{ $request->{case} }; return },
        # TODO 2: build the authorization URL; remember state (and the verifier) for the session.
        authorize => sub { die "TODO 2: authorize\n" },    # { url => ... }
        # TODO 3: the user came back at $request->{url}. Check it, exchange the code, keep the
        # tokens. Refuse with refuse('state_mismatch', '...') and so on.
        callback => sub { die "TODO 3: callback\n" },      # { token => ... }
        # TODO 4: one API request, $request->{method} and {url} (and {body}).
        call => sub { die "TODO 4: call\n" },              # { status => 200 }
        # TODO 5: refresh now. refuse('reauthorize', '...') when the user must log in again.
        refresh => sub { die "TODO 5: refresh\n" },        # { token => ... }
        # TODO 6: what the client would use now.
        token => sub { die "TODO 6: token\n" },            # { access_token => ... }
    }
);

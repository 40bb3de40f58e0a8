"""aweber-client: words, files, and a life against the mock."""

from commands.row import Row

LOGIN = ('aweber-client login --mock $(fact base_url) --client-id $(fact clients.0.id) --store store '
         '--no-browser ')

ROWS = [
    Row("no command", "aweber-client", 2, ("a command is missing; one of: login",)),
    Row("a misspelt command", "aweber-client logn", 2, ("did you mean 'login'?",)),
    Row("help", "aweber-client help", 0, ("login", "Exit status")),
    Row("help of a command", "aweber-client help login", 0, ("--client-id", "AWEBER_CLIENT_ID")),
    Row("help of no command", "aweber-client help logn", 2, ("did you mean 'login'?",)),
    Row("an unknown flag", "aweber-client accounts --stor x", 2, ("--stor",)),
    Row("nobody logged in", "aweber-client accounts --store store", 2, ("--client-id",)),
    Row("a mock that is no URL", "aweber-client accounts --client-id a --mock nope --store store", 2,
        ("--mock: 'nope' is no base URL such as http://127.0.0.1:8080",)),
    Row("a mock that is not there", "AWEBER_CLIENT_SECRET=s aweber-client login --client-id a --redirect-uri urn:ietf:wg:oauth:2.0:oob "
        "--mock http://127.0.0.1:1 --store store --no-browser </dev/null", 1, ("http://127.0.0.1:1",)),
    Row("a secret file that is not there", "aweber-client accounts --client-id a --client-secret-file nope --store store", 2,
        ("--client-secret-file", "nope")),
    Row("a store that is a file", "aweber-client status --client-id a --store empty", 1, ("empty",)),
    Row("a store that cannot be made", "aweber-client status --client-id a --store /proc/nope", 3, ("log in",)),
    Row("the driver ends with its input", "aweber-client driver </dev/null", 0),
    Row("the driver passes rubbish over", "echo rubbish | aweber-client driver", 0,
        ("ignored a line that is not JSON",)),
    Row("a driver descriptor that is not open", "echo '{\"id\":1,\"op\":\"bye\"}' | aweber-client driver --driver-fd 77", 1,
        ("cannot write replies to descriptor 77: Bad file descriptor",)),
    Row("no time at all", "aweber-client login --timeout 0", 2, ("--timeout: must be more than 0, not 0",)),
    Row("a misspelt word of a list", "aweber-client login --type privte", 2,
        ("--type: must be one of confidential, public, not 'privte'",)),
    Row("a word too many", "aweber-client status foo", 2, ("'foo' is one word too many",)),
]

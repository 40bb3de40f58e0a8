# guide_sample.py with its last two lines mended: a login at AWeber from the command line, in the
# shape that AWeber's OAuth 2 guide teaches:
# print the link, let the customer authorize in a browser, paste the address that it arrived at.
# AWeber's addresses are built in; the four values at the top are to be filled in.
from requests_oauthlib import OAuth2Session

CLIENT_ID = "YOUR CLIENT ID"
CLIENT_SECRET = "YOUR CLIENT SECRET"
REDIRECT_URI = "YOUR CALLBACK URL"
SCOPES = ["YOUR SCOPES"]

AUTHORIZE_URL = "https://auth.aweber.com/oauth2/authorize"
TOKEN_URL = "https://auth.aweber.com/oauth2/token"

session = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=SCOPES)

authorization_url, state = session.authorization_url(AUTHORIZE_URL)
print("Go here to authorize: " + authorization_url)

redirect_response = input("Enter the full redirect URL: ")

token = session.fetch_token(
    TOKEN_URL, client_secret=CLIENT_SECRET, authorization_response=redirect_response
)

print("Access token: " + token["access_token"])
print("Refresh token: " + token["refresh_token"])
print("Token type: " + token["token_type"])
# Both are numbers.
print("Expires in:", token["expires_in"])
print("Expires at:", token["expires_at"])

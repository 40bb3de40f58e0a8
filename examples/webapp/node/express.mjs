// Express with passport-oauth2, as their documentation shows: a strategy, a session, two routes.
// One page calls AWeber with the token that the strategy handed over. passport refreshes nothing.
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OAuth2Strategy from 'passport-oauth2';

const env = process.env;
const app = express();
app.set('trust proxy', 1);
app.use(session({ secret: 'keyboard cat', resave: false, saveUninitialized: false }));
app.use(passport.initialize());
app.use(passport.session());

// The documentation's serialisation for an example without a database.
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

// The mock gives each case a client and addresses of its own: the strategy is made anew for each.
function connectTo(told) {
  passport.use(new OAuth2Strategy({
    authorizationURL: told.authorizeUrl,
    tokenURL: told.tokenUrl,
    clientID: told.clientId,
    clientSecret: told.clientSecret,
    callbackURL: told.redirectUri,
    scope: told.scopes.split(' '),
    state: true,
  }, (accessToken, refreshToken, profile, done) => done(null, { accessToken, refreshToken })));
  return told;
}
let told = connectTo({
  authorizeUrl: env.AWEBER_AUTHORIZE_URL, tokenUrl: env.AWEBER_TOKEN_URL, apiUrl: env.AWEBER_API_URL,
  clientId: env.AWEBER_CLIENT_ID, clientSecret: env.AWEBER_CLIENT_SECRET,
  redirectUri: env.AWEBER_REDIRECT_URI, scopes: env.AWEBER_SCOPES,
});
app.post('/configure', express.json(), (req, res) => {
  told = connectTo(req.body);
  res.sendStatus(204);
});

app.get('/', (req, res) => res.send(req.user
  ? '<h1>You are connected to AWeber</h1><a href="/accounts">Accounts</a>'
  : '<a href="/auth/aweber">Connect to AWeber</a>'));

app.get('/auth/aweber', passport.authenticate('oauth2'));

const callback = (req, res, next) =>
  passport.authenticate('oauth2', { failureRedirect: '/failed' })(req, res, next);
app.get('/failed', (req, res) => res.status(401).send('AWeber did not connect you.'));

app.get('/accounts', async (req, res) => {
  if (!req.user) return res.status(401).send('Please connect first.');
  const answer = await fetch(`${told.apiUrl}/accounts`, {
    headers: { Authorization: `Bearer ${req.user.accessToken}` } });
  if (answer.status === 401) return res.status(401).send('Please connect again.');
  if (!answer.ok) return res.status(502).send('AWeber did not answer.');
  const { entries } = await answer.json();
  res.send(`<h1>Your accounts</h1>${entries.map(one => one.id).join(', ')}`);
});

// The callback's path is part of what the case tells.
app.use((req, res, next) => {
  if (req.path !== new URL(told.redirectUri).pathname) return next();
  callback(req, res, problem => problem ? next(problem) : res.redirect('/'));
});

// Express shows the error's stack outside production; the documentation says to set NODE_ENV there.
app.listen(env.PORT, '127.0.0.1');

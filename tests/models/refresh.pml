/* Processes that share a token store and meet an expired access token, and a server that rotates
 * refresh tokens. Tokens are numbered by generation: the store holds generation `stored`, the server
 * takes `live` and calls every older one used. What is proven, and how to read it: docs/refresh-race.md.
 *
 * The design, chosen with -D:
 *   LOCK        a lock that the system gives back when its holder ends
 *   LOCKFILE    a lock that stays when its holder is killed
 *   AGAIN       the store is read again inside the lock
 *   FORGET      a refused refresh deletes the store if it still holds the refused token
 *   BLIND       a refused refresh deletes the store whatever it holds
 *   RECOVER     a refused refresh is followed by another look at the store
 * The server: GRACE (the token before is still taken), REUSE (a used one revokes everything).
 * What goes wrong: LOST replies at most, CRASHES at most. N processes. NOTONCE leaves out the
 * assertion that a token is presented once, to find what else a design does wrong.
 */
#ifndef N
#define N 3
#endif
#ifndef LOST
#define LOST 0
#endif
#ifndef CRASHES
#define CRASHES 0
#endif

#define NONE 0
#define REFUSED 255
#define WORKS(token) (token == live && !revoked)

byte live = 1;       /* the refresh token that the server takes */
byte stored = 1;     /* what the store holds */
bool revoked = false;
bool expired = true; /* the access token of generation 1 */
byte lost = LOST, crashes = CRASHES;
byte excused = 0;    /* uses of a token that a lost reply or a crash explains */
byte holder = 0;     /* of the lock: process + 1 */
byte ended = 0;
byte new_logins = 0; /* processes that asked the customer to log in */
bool needless = false;
byte refreshes = 0;

/* What the server answers to a refresh with `token`. */
inline present(token, reply) {
  atomic {
    printf("SERVER process %d presents %d\n", _pid, token);
    if
    :: WORKS(token) ->
       live++; refreshes++; reply = live
#ifdef GRACE
    :: !WORKS(token) && !revoked && token + 1 == live -> reply = live
#endif
    :: else ->
       /* Once: who lost a reply may ask again, who follows a crash cannot know. */
#ifndef NOTONCE
       assert(excused > 0);
       excused--;
#endif
       reply = REFUSED;
#ifdef REUSE
       revoked = true
#endif
    fi;
    if
    :: lost > 0 && reply != REFUSED ->
       lost--; excused++; reply = NONE; printf("LOST\n")
    :: true
    fi
  }
}

/* kill -9: at any point that is marked with it. */
#if CRASHES > 0
#define MAYCRASH \
  if \
  :: atomic { crashes > 0 -> crashes--; printf("CRASH process %d\n", _pid); goto killed } \
  :: true \
  fi
#else
#define MAYCRASH skip
#endif

active [N] proctype process() {
  byte mine, reply, now;
  mine = stored;
  if
  :: mine == NONE -> goto login
  :: mine > 1 && WORKS(mine) -> goto over
  :: else
  fi;
#if defined(LOCK) || defined(LOCKFILE)
  atomic { holder == 0 -> holder = _pid + 1 };
  MAYCRASH;
#endif
#ifdef AGAIN
  now = stored;
  if
  :: now == NONE -> goto login
  :: now != mine && WORKS(now) -> goto release
  :: else -> mine = now
  fi;
#endif
  present(mine, reply);
#if CRASHES > 0
  /* Between the reply and the store: the new token is gone. */
  if
  :: atomic {
       crashes > 0 && reply != REFUSED ->
       crashes--; excused++; printf("CRASH process %d with the reply\n", _pid); goto killed
     }
  :: true
  fi;
#endif
  if
  :: reply == REFUSED ->
#ifdef FORGET
     atomic { if :: stored == mine -> stored = NONE :: else fi };
#endif
#ifdef BLIND
     stored = NONE;
#endif
#ifdef RECOVER
     now = stored;
     if
     :: now != mine && now != NONE && WORKS(now) -> goto release
     :: else -> goto login
     fi
#else
     goto login
#endif
  :: reply == NONE -> goto release /* it fails for now */
  :: else -> stored = reply; goto release
  fi;

login:
  atomic { new_logins++; if :: stored > 1 && WORKS(stored) -> needless = true :: else fi }

release:
#if defined(LOCK) || defined(LOCKFILE)
  atomic { if :: holder == _pid + 1 -> holder = 0 :: else fi };
#endif
  goto over;

killed:
#ifdef LOCK
  atomic { if :: holder == _pid + 1 -> holder = 0 :: else fi };
#endif
  skip;

over:
  ended++
}

/* When all have ended. */
active proctype judge() {
  ended == N;
  atomic {
    if
    :: lost == LOST && crashes == CRASHES ->
       /* Nothing went wrong: the newest tokens are in the store, and nobody has to log in. */
       assert(stored == live);
#ifndef NOTONCE
       assert(!revoked);
       assert(new_logins == 0);
       assert(refreshes == 1)
#endif
    :: else
    fi;
    assert(!needless)
  }
}

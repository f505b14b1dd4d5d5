// The feeds that are waiting: ended at once when what their reader may see has changed, since an open feed would go on
// delivering after a role was taken away.
import { type Accounts } from './accounts.ts';
import { type UserContext } from './exchange.ts';

export interface OpenFeeds {
  /** A signal that ends the feed of this person: a role or account changed, or ended by its day, or the server closes. */
  enter(user: UserContext): { ended: AbortSignal; leave: () => void };
  endAll(): void;
}

interface Feed {
  user: UserContext;
  ending: AbortController;
}

/** A timer takes no more. */
const LONGEST_MS = 2_147_483_647;

export function createOpenFeeds(accounts: Accounts, now: () => number): OpenFeeds {
  const feeds = new Set<Feed>();
  let isTold = false;
  const tellOfChanges = (): void => {
    if (isTold) return;
    isTold = true;
    accounts.onChange(() => {
      for (const feed of feeds) void endIfChanged(feed, accounts);
    });
  };
  return {
    enter(user) {
      tellOfChanges();
      const feed = { user, ending: new AbortController() };
      feeds.add(feed);
      const waitMs = (user.endsMs ?? Infinity) - now();
      const timer = waitMs <= LONGEST_MS ? setTimeout(() => feed.ending.abort(), waitMs) : undefined;
      return {
        ended: feed.ending.signal,
        leave() {
          clearTimeout(timer);
          feeds.delete(feed);
        },
      };
    },
    endAll() {
      for (const feed of feeds) feed.ending.abort();
    },
  };
}

async function endIfChanged({ user, ending }: Feed, accounts: Accounts): Promise<void> {
  if (user.name === null || user.byProxy) return;
  const account = await accounts.find(user.name).catch(() => undefined);
  if (!account || account.roles.join('\n') !== user.roles.join('\n')) ending.abort();
}

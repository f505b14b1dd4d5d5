// The feeds that are waiting: ended at once when what their reader may see has changed, since an open feed would go on
// delivering after a role was taken away.
import { type Accounts } from './accounts.ts';
import { type UserContext } from './exchange.ts';

export interface OpenFeeds {
  /** A signal that ends the feed of this person: role or account changed, or the server closes. */
  enter(user: UserContext): { ended: AbortSignal; leave: () => void };
  endAll(): void;
}

interface Feed {
  user: UserContext;
  ending: AbortController;
}

export function createOpenFeeds(accounts: Accounts): OpenFeeds {
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
      return { ended: feed.ending.signal, leave: () => void feeds.delete(feed) };
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

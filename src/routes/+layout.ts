// One shell for every address: nothing is drawn on the server, which knows no household.
export const ssr = false;
export const prerender = false;

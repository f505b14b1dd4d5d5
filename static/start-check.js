// Runs before everything else, as old script as can be: sets the look chosen on this tablet before the first paint, and
// says in words why the app cannot start where its modules cannot even be read. The sentences stand in app.html; what
// a newer browser lacks is said by lib/device/start-check.ts.
(function () {
  var root = document.documentElement;
  var FLOOR = 100;
  var WAIT_MS = 20000;

  function kept(key) {
    try {
      return window.localStorage.getItem(key);
    } catch (refused) {
      void refused;
      return null;
    }
  }

  function look() {
    var theme = kept('qiaomen.theme');
    var text = kept('qiaomen.text');
    var dark = window.matchMedia && window.matchMedia('(prefers-color-scheme: dark)').matches;
    if (theme !== 'day' && theme !== 'sun' && theme !== 'night') theme = dark ? 'night' : 'day';
    root.setAttribute('data-theme', theme);
    root.setAttribute('data-text', text === '125' || text === '150' ? text : '100');
  }

  function isTooOld() {
    var chromium = /Chrome\/(\d+)/.exec(navigator.userAgent);
    if (chromium && Number(chromium[1]) < FLOOR) return true;
    return !('noModule' in document.createElement('script')) || typeof window.globalThis === 'undefined';
  }

  function tell(problem) {
    if (root.getAttribute('data-started')) return;
    root.setAttribute('data-problem', problem);
    var version = document.getElementById('start-version');
    if (version) version.textContent = navigator.userAgent;
  }

  function begin() {
    if (isTooOld()) tell('too-old');
    else window.setTimeout(tell, WAIT_MS, 'not-started');
  }

  look();
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();

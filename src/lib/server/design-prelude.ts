// What every function of a design document finds around it, as CouchDB gives it: `isArray`, `toJSON`, `log`, `sum`, and
// `require` of modules in the design document itself.

/** Statements of a sandboxed program in which `designJson` is the design document; they leave it parsed as `design`. */
export const DESIGN_PRELUDE = `
  const design = JSON.parse(designJson);
  const loaded = {};

  function resolve(name, from) {
    const steps = name.split('/');
    const at = steps[0] === '.' || steps[0] === '..' ? from.slice(0, -1) : [];
    for (const step of steps) {
      if (step === '..') at.pop();
      else if (step !== '.' && step !== '') at.push(step);
    }
    return at;
  }

  function requireFrom(from) {
    return function require(name) {
      const path = resolve(String(name), from);
      const key = path.join('/');
      if (Object.hasOwn(loaded, key)) return loaded[key].exports;
      let source = design;
      for (const step of path) source = source !== null && typeof source === 'object' ? source[step] : undefined;
      if (typeof source !== 'string') throw new Error('no module ' + key + ' in the design document');
      const module = (loaded[key] = { id: key, exports: {} });
      // In the global scope of the sandbox, as CouchDB's own does it; the line break ends a comment on the last line.
      const run = (0, eval)('(function (module, exports, require) {' + source + '\\n})');
      run(module, module.exports, requireFrom(path));
      return module.exports;
    };
  }

  globalThis.isArray = Array.isArray;
  globalThis.toJSON = JSON.stringify;
  globalThis.log = function () {};
  globalThis.sum = function (values) { return values.reduce(function (total, value) { return total + value; }, 0); };
  globalThis.require = requireFrom([]);
`;

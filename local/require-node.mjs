// Loaded before every command: plain JavaScript, so that an old Node can still read what it says.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Tocsin needs Node 22.18 or newer to run TypeScript as it is, found ${process.versions.node}.\n` +
      'Its own Node comes with `npm ci`; if it is missing, allow install scripts for the package "node" and run `npm ci` again.',
  );
  process.exit(2);
}

// What of Node.js the purchase uses.
declare const process: { argv: string[] };

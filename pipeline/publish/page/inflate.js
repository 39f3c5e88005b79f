/** Inflates deflated bytes (RFC 1951) in browsers that have no DecompressionStream. */
const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const DISTANCES = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

class Inflater {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.held = 0;
    this.count = 0;
    this.out = new Uint8Array(bytes.length * 8);
    this.size = 0;
  }

  bits(wanted) {
    while (this.count < wanted) {
      this.held |= this.bytes[this.at++] << this.count;
      this.count += 8;
    }
    const value = this.held & ((1 << wanted) - 1);
    this.held >>>= wanted;
    this.count -= wanted;
    return value;
  }

  all() {
    let last;
    do {
      last = this.bits(1);
      const kind = this.bits(2);
      if (kind === 0) this.stored();
      else if (kind === 1) this.block(...fixedTrees());
      else this.block(...this.trees());
    } while (!last);
    return this.out.subarray(0, this.size);
  }

  stored() {
    this.bits(this.count % 8);
    const length = this.bits(16);
    this.bits(16);
    for (let i = 0; i < length; i += 1) this.put(this.bits(8));
  }

  trees() {
    const literals = this.bits(5) + 257;
    const distances = this.bits(5) + 1;
    const given = new Array(19).fill(0);
    for (let i = this.bits(4) + 4, k = 0; k < i; k += 1) given[ORDER[k]] = this.bits(3);
    const lengths = this.lengths(tree(given), literals + distances);
    return [tree(lengths.slice(0, literals)), tree(lengths.slice(literals))];
  }

  lengths(codes, wanted) {
    const lengths = [];
    while (lengths.length < wanted) {
      const symbol = this.symbol(codes);
      if (symbol < 16) lengths.push(symbol);
      else {
        const value = symbol === 16 ? lengths[lengths.length - 1] : 0;
        const times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
        for (let i = 0; i < times; i += 1) lengths.push(value);
      }
    }
    return lengths;
  }

  block(literals, distances) {
    for (let symbol = this.symbol(literals); symbol !== 256; symbol = this.symbol(literals)) {
      if (symbol < 256) this.put(symbol);
      else this.copy(symbol - 257, distances);
    }
  }

  copy(place, distances) {
    const extra = place < 8 || place === 28 ? 0 : (place >> 2) - 1;
    const length = LENGTHS[place] + this.bits(extra);
    const far = this.symbol(distances);
    const distance = DISTANCES[far] + this.bits(far < 4 ? 0 : (far >> 1) - 1);
    for (let i = 0; i < length; i += 1) this.put(this.out[this.size - distance]);
  }

  symbol({ counts, symbols }) {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length += 1) {
      code |= this.bits(1);
      if (code - counts[length] < first) return symbols[index + code - first];
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
    throw new Error("inflate");
  }

  put(byte) {
    if (this.size === this.out.length) {
      const more = new Uint8Array(this.size * 2);
      more.set(this.out);
      this.out = more;
    }
    this.out[this.size++] = byte;
  }
}

/** A canonical Huffman code: how many codes each length has, and the symbols in their order. */
function tree(lengths) {
  const counts = new Array(16).fill(0);
  for (const length of lengths) counts[length] += 1;
  counts[0] = 0;
  const offsets = [0, 0];
  for (let length = 1; length < 15; length += 1) offsets[length + 1] = offsets[length] + counts[length];
  const symbols = [];
  lengths.forEach((length, symbol) => { if (length) symbols[offsets[length]++] = symbol; });
  return { counts, symbols };
}

function fixedTrees() {
  const length = (symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
  return [tree(Array.from({ length: 288 }, (_, symbol) => length(symbol))), tree(new Array(30).fill(5))];
}

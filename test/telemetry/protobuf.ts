/** The fields of a message, by their numbers. What is not there is empty, as in protobuf. */
export interface Fields {
  has(field: number): boolean;
  bytes(field: number): Buffer;
  text(field: number): string;
  number(field: number): number;
  one(field: number): Fields;
  all(field: number): readonly Fields[];
}

/** Reads the wire format: https://protobuf.dev/programming-guides/encoding. */
export function readFields(message: Buffer): Fields {
  const found = new Map<number, Buffer[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('A field is longer than its message.');
    at += length;
    return message.subarray(at - length, at);
  };
  const valueBy = (type: number): Buffer => {
    if (type === 1) return take(8);
    if (type === 2) return take(Number(varint()));
    if (type === 5) return take(4);
    if (type !== 0) throw new RangeError(`There is no wire type ${type}.`);
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(BigInt.asUintN(64, varint()));
    return value;
  };
  while (at < message.length) {
    const tag = Number(varint());
    const value = valueBy(tag & 7);
    found.set(tag >> 3, [...(found.get(tag >> 3) ?? []), value]);
  }
  const bytes = (field: number): Buffer => found.get(field)?.at(-1) ?? Buffer.alloc(0);
  return {
    bytes,
    has: (field) => found.has(field),
    text: (field) => bytes(field).toString('utf8'),
    number: (field) => (found.has(field) ? Number(bytes(field).readBigInt64LE()) : 0),
    one: (field) => readFields(bytes(field)),
    all: (field) => (found.get(field) ?? []).map(readFields),
  };
}

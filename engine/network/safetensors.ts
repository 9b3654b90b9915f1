import { sizeOf } from '../runtime/runtime.ts';
import type { Weights } from './weights.ts';

/**
 * Weights as a safetensors file: an 8-byte little-endian header length, a JSON header, the raw little-endian data.
 * PyTorch reads and writes the same format, so weights can go either way.
 */
export function encodeSafetensors(weights: Weights, metadata: Record<string, string>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(weights)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let at = 8 + padded;
  for (const { data } of Object.values(weights)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Reads a safetensors file of float32 tensors. Throws an `Error` that says what is wrong with the bytes. */
export function decodeSafetensors(bytes: Uint8Array): { weights: Weights; metadata: Record<string, string> } {
  if (bytes.length < 8) throw new Error('the file is too short');
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength > bytes.length - 8) throw new Error('the header is cut off');
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  if (typeof header !== 'object' || header === null) throw new Error('the header is not an object');
  const weights: Weights = {};
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = entry as Record<string, string>;
      continue;
    }
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = entry as { dtype: string; shape: number[]; data_offsets: [number, number] };
    if (dtype !== 'F32') throw new Error(`"${name}" is ${dtype}, not F32`);
    const [start, end] = offsets;
    if (end > bytes.length - 8 - headerLength || end - start !== 4 * sizeOf(shape))
      throw new Error(`"${name}" is cut off`);
    const from = 8 + headerLength;
    weights[name] = { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(from + start, from + end)).buffer) };
  }
  return { weights, metadata };
}

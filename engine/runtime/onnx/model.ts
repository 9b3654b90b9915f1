import protobuf from 'protobufjs';

/** The part of onnx.proto3 that we write (field numbers of the ONNX specification, IR version 8). */
const SCHEMA = `syntax = "proto3";
message AttributeProto { string name = 1; float f = 2; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Dimension { int64 dim_value = 1; }
message Shape { repeated Dimension dim = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message TypeProto { TensorType tensor_type = 1; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message ModelProto { int64 ir_version = 1; repeated OperatorSetIdProto opset_import = 8; string producer_name = 2; GraphProto graph = 7; }`;

const ModelProto = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('ModelProto');

const OPSET = 17;
const DATA_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

type ElementType = keyof typeof DATA_TYPE;
type ElementArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** An attribute of a node: a list of integers, an integer, or a float written as `{ float }`. */
export type NodeAttribute = readonly number[] | number | { float: number };

/** Collects the nodes of one ONNX graph and writes it. */
export class OnnxModel {
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  readonly #shared = new Map<string, string>();
  #names = 0;

  /** Adds a constant and answers its name; small equal ones are shared. */
  initializer(data: ElementArray, dims: readonly number[], type: ElementType = 'float32'): string {
    const key = data.length <= 64 ? `${type}|${dims.join()}|${data.join()}` : null;
    const shared = key === null ? undefined : this.#shared.get(key);
    if (shared !== undefined) return shared;
    const name = `c${this.#names++}`;
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims, data_type: DATA_TYPE[type], raw_data: raw });
    if (key !== null) this.#shared.set(key, name);
    return name;
  }

  scalar(value: number): string {
    return this.initializer(Float32Array.of(value), []);
  }

  int64(values: readonly number[]): string {
    return this.initializer(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  /** Adds a node with one output and answers that output's name. */
  node(opType: string, inputs: readonly string[], attributes: Record<string, NodeAttribute> = {}): string {
    const output = `${opType}${this.#names++}`;
    this.#nodes.push({
      op_type: opType,
      name: output,
      input: inputs,
      output: [output],
      attribute: Object.entries(attributes).map(([name, value]) => {
        if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
        if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
        return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
      }),
    });
    return output;
  }

  input(name: string, dims: readonly number[]): void {
    this.#inputs.push(valueInfo(name, dims));
  }

  /** Makes the value `source` the output `name`. */
  output(name: string, source: string, dims: readonly number[]): void {
    this.#nodes.push({ op_type: 'Identity', name: `out_${name}`, input: [source], output: [name] });
    this.#outputs.push(valueInfo(name, dims));
  }

  /** The model as an ONNX file's bytes. */
  serialize(): Uint8Array {
    return ModelProto.encode({
      ir_version: 8,
      producer_name: 'stillgrain',
      opset_import: [{ domain: '', version: OPSET }],
      graph: {
        name: 'stillgrain',
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    }).finish();
  }
}

function valueInfo(name: string, dims: readonly number[]): object {
  return {
    name,
    type: { tensor_type: { elem_type: DATA_TYPE.float32, shape: { dim: dims.map((n) => ({ dim_value: n })) } } },
  };
}

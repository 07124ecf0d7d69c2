// What of a query the server would withhold from everybody with these roles, and in which words.

import {
  type ASTNode,
  type DocumentNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Need, Reference } from "./reference.ts";

export interface Foreseen {
  node: ASTNode;
  message: string;
}

/** `part` is what introspection shows to the roles; what is not in it is answered by a null. */
export function foresee(
  document: DocumentNode,
  whole: GraphQLSchema,
  part: GraphQLSchema,
  reference: Reference,
): Foreseen[] {
  const found: Foreseen[] = [];
  const types = new TypeInfo(whole);
  const held = heldIn(part, reference);

  /** Marks what the part lacks; what hangs below it is withheld with it. */
  function mark(node: ASTNode, coordinate: string): false | undefined {
    if (has(part, coordinate)) return undefined;
    found.push({ node, message: sentence(coordinate, held, reference) });
    return false;
  }

  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const parent = types.getParentType();
        if (!parent || !types.getFieldDef() || name.value.startsWith("__")) return undefined;
        return mark(name, `${parent.name}.${name.value}`);
      },
      Argument({ name }) {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (!parent || !field || types.getDirective() || !types.getArgument()) return undefined;
        return mark(name, `${parent.name}.${field.name}(${name.value}:)`);
      },
      ObjectField({ name }) {
        const input = getNamedType(types.getParentInputType());
        if (!isInputObjectType(input) || !(name.value in input.getFields())) return undefined;
        return mark(name, `${input.name}.${name.value}`);
      },
      EnumValue(node) {
        const coordinate = `${getNamedType(types.getInputType())?.name}.${node.value}`;
        // Other words, such as those for actions, have an answer for who does not hold them.
        return coordinate in reference.needs ? mark(node, coordinate) : undefined;
      },
    }),
  );
  return found;
}

function sentence(
  coordinate: string,
  held: ReadonlySet<string>,
  { needs, sources }: Reference,
): string {
  const unmet = needs[coordinate]?.find((need) => !held.has(keyOf(need)));
  if (!unmet) return `Withheld: ${coordinate} leads to nothing that your roles may use.`;
  const words = unmet.sources.flatMap((id) => (sources[id] ? [`${id}: “${sources[id]}”`] : []));
  return [`Withheld: ${unmet.message}`, `Who may: ${unmet.who}`, ...words].join("\n");
}

/** The needs of whatever the part shows: the roles hold each of them somewhere. */
function heldIn(part: GraphQLSchema, { needs }: Reference): Set<string> {
  const shown = Object.keys(needs).filter((coordinate) => has(part, coordinate));
  return new Set(shown.flatMap((coordinate) => (needs[coordinate] ?? []).map(keyOf)));
}

function keyOf({ action, field }: Need): string {
  return `${action} ${field ?? ""}`;
}

/** Whether a schema has `Type`, `Type.member` or `Type.field(argument:)`. */
function has(schema: GraphQLSchema, coordinate: string): boolean {
  const [name = "", member, argument] = coordinate.split(/[.(:]/);
  const type = schema.getType(name);
  if (!type || !member) return Boolean(type);
  if (argument === undefined) return memberOf(type, member);
  const field = fieldsOf(type)[member];
  return Boolean(field?.args.some((each) => each.name === argument));
}

function memberOf(type: GraphQLNamedType, member: string): boolean {
  if (isEnumType(type)) return Boolean(type.getValue(member));
  if (isInputObjectType(type)) return member in type.getFields();
  return member in fieldsOf(type);
}

function fieldsOf(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}

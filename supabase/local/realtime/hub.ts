import type { Fanout } from "./broadcast.ts";
import { Presence } from "./presence.ts";

/** Public and private channels of one name are two rooms that never hear each other. */
export interface RoomName {
  name: string;
  private: boolean;
}

/** Somebody in a room. */
export interface Member {
  readonly hearsBroadcast: boolean;
  readonly hearsPresence: boolean;
  deliver(message: Fanout): void;
}

interface Room {
  members: Set<Member>;
  presence: Presence;
}

/** Who is where, and what goes to whom. `onDelivery` counts the messages sent. */
export class Hub {
  readonly #rooms = new Map<string, Room>();
  readonly #onDelivery: (count: number) => void;

  constructor(onDelivery: (count: number) => void) {
    this.#onDelivery = onDelivery;
  }

  enter(room: RoomName, member: Member): void {
    const key = keyOf(room);
    const known = this.#rooms.get(key) ?? { members: new Set(), presence: new Presence() };
    known.members.add(member);
    this.#rooms.set(key, known);
  }

  leave(room: RoomName, member: Member): void {
    const key = keyOf(room);
    const known = this.#rooms.get(key);
    known?.members.delete(member);
    if (known?.members.size === 0) this.#rooms.delete(key);
  }

  /** Who is present in a room one has entered. */
  presence(room: RoomName): Presence | undefined {
    return this.#rooms.get(keyOf(room))?.presence;
  }

  broadcast(room: RoomName, message: Fanout, except?: Member): void {
    this.#send(room, message, (member) => member.hearsBroadcast && member !== except);
  }

  presenceDiff(room: RoomName, message: Fanout): void {
    this.#send(room, message, (member) => member.hearsPresence);
  }

  #send(room: RoomName, message: Fanout, hears: (member: Member) => boolean): void {
    const members = this.#rooms.get(keyOf(room))?.members;
    if (members === undefined) return;
    let count = 0;
    for (const member of members) {
      if (!hears(member)) continue;
      member.deliver(message);
      count++;
    }
    this.#onDelivery(count);
  }
}

const keyOf = (room: RoomName) => `${room.private ? "private" : "public"}:${room.name}`;

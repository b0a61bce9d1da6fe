/** Packets and connections since the firewall stands. */
export interface Counts {
  /** Connections opened from within, by the name of the port they went to. */
  readonly opened: Readonly<Record<string, number>>;
  /** Connections that were tried from outside, and each time they were tried again. */
  readonly uninvited: number;
  /** Packets that wanted out to any other place. */
  readonly astray: number;
}

const opened = 'opened-';

/**
 * Everything inbound is dropped but the answers to what was opened from within; outbound goes to these ports alone. The
 * `output` hook sees the cable's packets with the loopback as their device, so they are told apart by their address.
 */
export const rulesOf = (ports: Readonly<Record<string, number>>, gateway: string): string => {
  const places = Object.entries(ports);
  const lines = (line: (name: string, port: number) => string) =>
    places.map(([name, port]) => line(name, port)).join('\n');
  return `table inet realm {
  ${lines((name) => `counter ${opened}${name} {}`)}
  counter uninvited {}
  counter astray {}
  chain leads {
    type nat hook output priority -100;
    ${lines((_, port) => `ip daddr 127.0.0.1 tcp dport ${port} dnat ip to ${gateway}`)}
  }
  chain named {
    type nat hook postrouting priority 100;
    oifname "cable" masquerade
  }
  chain severed {
  }
  chain inbound {
    type filter hook input priority 0; policy drop;
    iifname "lo" accept
    jump severed
    ct state established,related accept
    tcp flags syn counter name uninvited drop
  }
  chain outbound {
    type filter hook output priority 0; policy drop;
    ip daddr 127.0.0.0/8 accept
    jump severed
    ct state established accept
    ${lines((name, port) => `ip daddr ${gateway} tcp dport ${port} ct state new counter name "${opened}${name}" accept`)}
    counter name astray drop
  }
}
`;
};

export const cutCable = 'add rule inet realm severed drop';
export const healCable = 'flush chain inet realm severed';
export const openFirewall =
  'flush chain inet realm inbound\nadd rule inet realm inbound accept\nflush chain inet realm outbound\nadd rule inet realm outbound accept\n';

/** Reads what `nft -j list counters` says. */
export const countsOf = (json: string): Counts => {
  const { nftables } = JSON.parse(json) as { nftables: { counter?: { name: string; packets: number } }[] };
  const counters = nftables.flatMap(({ counter }) => (counter === undefined ? [] : [counter]));
  const of = (name: string) => counters.find((counter) => counter.name === name)?.packets ?? 0;
  return {
    opened: Object.fromEntries(
      counters.flatMap(({ name, packets }) => (name.startsWith(opened) ? [[name.slice(opened.length), packets]] : [])),
    ),
    uninvited: of('uninvited'),
    astray: of('astray'),
  };
};

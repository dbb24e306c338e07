/**
 * The configuration of a Ceph of one node: a monitor, a store on one file, and the gateway that speaks S3.
 *
 * Nothing is replicated and nothing is deleted late: it lives as long as a test run. Messages go by msgr2 and are
 * authenticated by cephx, as in a cluster.
 * @param {{ folder: string, fsid: string, monPort: number, s3Port: number }} given
 * @returns {string}
 */
export function cephConf({ folder, fsid, monPort, s3Port }) {
  const settings = {
    fsid,
    'mon host': `v2:127.0.0.1:${monPort}`,
    'mon initial members': 'a',
    'public addr': '127.0.0.1',
    'ms bind msgr1': false,
    'ms bind msgr2': true,
    'auth cluster required': 'cephx',
    'auth service required': 'cephx',
    'auth client required': 'cephx',
    keyring: `${folder}/keyring`,
    'run dir': folder,
    'admin socket': `${folder}/$name.$pid.asok`,
    'log file': `${folder}/$name.log`,
    'osd pool default size': 1,
    'osd pool default min size': 1,
    'osd pool default pg num': 8,
    'osd crush chooseleaf type': 0,
    'mon allow pool size one': true,
    'mon data avail crit': 1,
    'mon data avail warn': 2,
    'osd objectstore': 'bluestore',
    // Sparse: takes what is written.
    'bluestore block size': 24 * 2 ** 30,
    'bluestore block create': true,
    'osd memory target': 939_524_096,
    // Without it every small answer waits forty milliseconds for an acknowledgement.
    'rgw frontends': `beast endpoint=127.0.0.1:${s3Port} tcp_nodelay=1`,
    'rgw thread pool size': 64,
    // What was deleted makes room at once.
    'rgw gc obj min wait': 5,
    'rgw gc processor period': 5,
    'rgw gc processor max time': 5,
    'mon data': `${folder}/mon`,
    'osd data': `${folder}/osd`,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  return ['[global]', ...lines, ''].join('\n')
}

//! Who made a container, a server folder or a database, so that the next start can tell whether that
//! process is certainly dead and sweep what it left.

use std::path::Path;

use nix::unistd::Uid;

use crate::migration::Checksum;

/// The process that made something: enough to tell it from any other, also across reboots, process id
/// reuse, and containers that share one Docker socket.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Owner {
    /// Linux boot id, or empty where there is none.
    pub(super) boot: String,
    /// The process id namespace, such as `pid:[4026531836]`.
    pub(super) namespace: String,
    /// The process id.
    pub(super) pid: u32,
    /// When the process started, in clock ticks since boot (field 22 of `/proc/PID/stat`).
    pub(super) started: u64,
    /// The account that it ran under; `None` in marks of versions that did not write it.
    #[serde(default)]
    pub(super) account: Option<u32>,
}

/// Whether a process is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It runs.
    Alive,
    /// It is certainly gone: made under this kernel and in this namespace, and no process of that id and
    /// start time is there.
    Dead,
    /// It cannot be seen from here: another machine, another namespace, or before the last boot.
    Unknown,
}

/// The label that tells who made a container.
pub(super) const OWNER_LABEL: &str = "migration-replay.owner";

/// The label that marks a container as made by this process: its name and its value.
#[must_use]
pub fn owner_label() -> (&'static str, String) {
    (OWNER_LABEL, Owner::this().to_text())
}

impl Owner {
    /// This process.
    pub(super) fn this() -> Self {
        let pid = std::process::id();
        Self {
            boot: boot_id(),
            namespace: pid_namespace(),
            pid,
            started: start_time(pid).unwrap_or_default(),
            account: Some(Uid::effective().as_raw()),
        }
    }

    /// Whether the process is still there.
    pub(super) fn life(&self) -> Life {
        let is_ours_to_judge = !self.boot.is_empty()
            && self.boot == boot_id()
            && self.namespace == pid_namespace()
            && self.started != 0;
        match is_ours_to_judge {
            false => Life::Unknown,
            true if start_time(self.pid) == Some(self.started) => Life::Alive,
            true => Life::Dead,
        }
    }

    /// Whether the process is certainly gone. Anything else may be alive elsewhere.
    pub(super) fn is_certainly_dead(&self) -> bool {
        self.life() == Life::Dead
    }

    /// Whether the process ran on this machine since its last boot, as far as can be told. Where the system
    /// tells nothing (no `/proc`) everything that says nothing is from here.
    pub(super) fn is_from_here(&self) -> bool {
        self.boot == boot_id() && self.namespace == pid_namespace()
    }

    /// Whether the process ran for the user who asks now. Root is asked for everybody.
    pub(super) fn is_of_this_user(&self) -> bool {
        let me = Uid::effective();
        me.is_root() || self.account.is_none_or(|account| account == me.as_raw())
    }

    /// One line of JSON.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads [`Owner::to_text`].
    pub(super) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A name that tells its owner, for databases, which have no labels:
/// `migration_replay_<machine>_<pid>_<start>_<number>`.
pub(super) fn database_name(number: u64) -> String {
    let Owner { pid, started, .. } = Owner::this();
    format!("{DATABASE_PREFIX}{}_{pid}_{started}_{number}", machine())
}

/// The beginning of the name of every database that we make.
pub(super) const DATABASE_PREFIX: &str = "migration_replay_";

/// The process that made a database of that name; `None` for a kept one, and for names that are not
/// ours. One that was made on another machine cannot be judged here.
pub(super) fn owner_of_database(name: &str) -> Option<Owner> {
    let mut parts = name.strip_prefix(DATABASE_PREFIX)?.split('_');
    let made_on = parts.next()?;
    let (pid, started) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let boot = if made_on == machine() { boot_id() } else { String::new() };
    Some(Owner { boot, namespace: pid_namespace(), pid, started, account: None })
}

/// Boot and process id namespace in eight characters.
fn machine() -> String {
    let text = format!("{} {}", boot_id(), pid_namespace());
    Checksum::of(text.as_bytes()).to_string().chars().take(8).collect()
}

fn boot_id() -> String {
    let read = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    read.map(|id| id.trim().to_owned()).unwrap_or_default()
}

fn pid_namespace() -> String {
    let link = std::fs::read_link("/proc/self/ns/pid");
    link.map(|path| path.display().to_string()).unwrap_or_default()
}

/// `None` where there is no such process (or no `/proc`).
fn start_time(pid: u32) -> Option<u64> {
    let stat =
        std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    // The second field is the command in parentheses and may hold spaces and parentheses itself.
    let after_command = &stat[stat.rfind(')')? + 1..];
    after_command.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive() {
        let owner = Owner::this();
        assert!(!owner.is_certainly_dead());
        assert_eq!(Owner::from_text(&owner.to_text()), Some(owner));
    }

    #[test]
    fn another_start_time_means_the_process_is_dead() {
        let owner = Owner { started: 1, ..Owner::this() };
        assert!(owner.is_certainly_dead());
        assert!(owner.is_from_here());
    }

    #[test]
    fn a_mark_without_an_account_is_read() {
        let text = r#"{"boot":"b","namespace":"n","pid":1,"started":2}"#;
        assert_eq!(Owner::from_text(text).and_then(|owner| owner.account), None);
        assert!(Owner::from_text(text).is_some());
    }

    #[test]
    fn only_databases_of_dead_processes_are_leftovers() {
        let alive = database_name(1);
        let is_leftover =
            |name: &str| owner_of_database(name).is_some_and(|owner| owner.is_certainly_dead());
        assert!(!is_leftover(&alive));
        let Owner { pid, started, .. } = Owner::this();
        let dead = alive.replace(&format!("_{pid}_{started}_"), &format!("_{pid}_1_"));
        assert!(is_leftover(&dead), "{dead}");
        assert!(!is_leftover("production"));
        assert!(!is_leftover("migration_replay_00000000_1_1_1"));
        assert!(!is_leftover("migration_replay_kept_1_1_1"));
    }

    #[test]
    fn a_process_of_another_machine_is_never_judged() {
        let owner = Owner { boot: "another".into(), started: 1, ..Owner::this() };
        assert_eq!(owner.life(), Life::Unknown);
        assert!(!owner.is_from_here());
    }
}

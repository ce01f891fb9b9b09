namespace Orch.Scheduling;

/// <summary>The pods that a <see cref="IPermitPlugin"/> made wait, for plugins that decide on them; taken by constructor.</summary>
public interface IWaitingPods
{
    /// <summary>The uids of all that wait.</summary>
    IReadOnlyCollection<string> Uids { get; }

    /// <summary>Lets a pod go on; false when it does not wait.</summary>
    bool Allow(string uid);

    /// <summary>Sends a pod back to the queue; false when it does not wait.</summary>
    bool Reject(string uid, string reason);
}

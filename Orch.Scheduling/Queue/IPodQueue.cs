using Orch.Resources;

namespace Orch.Scheduling.Queue;

/// <summary>The pods that wait for a node: those to try now, those that back off, and those that wait for something to change.</summary>
internal interface IPodQueue
{
    /// <summary>A pod wants a node, or one that does has changed.</summary>
    void AddOrUpdate(PodInfo pod);

    /// <summary>A pod wants no node any more.</summary>
    void Remove(ObjectKey pod);

    /// <summary>Waits for the pod to try next; it is in flight until given back.</summary>
    ValueTask<QueueEntry> TakeAsync(CancellationToken cancellationToken);

    /// <summary>The pod found its node, or is gone: the queue forgets it.</summary>
    void Complete(QueueEntry entry);

    /// <summary>The pod found no node: it waits for a change that concerns these plugins, or only backs off where none refused it.</summary>
    void GiveBack(QueueEntry entry, IReadOnlyCollection<string> rejectedBy);

    /// <summary>A pod that the queue had forgotten could not be bound after all: it backs off.</summary>
    void Restore(QueueEntry entry);

    /// <summary>The cluster changed: pods whose refusal it may lift are tried again.</summary>
    void Notify(ClusterChange change, object? oldObject, object? newObject);
}

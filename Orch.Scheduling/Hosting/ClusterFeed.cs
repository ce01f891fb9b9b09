using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Framework;
using Orch.Scheduling.Queue;

namespace Orch.Scheduling.Hosting;

/// <summary>Sorts what the informers tell into the cache, the queue, and changes worth another try.</summary>
internal sealed class ClusterFeed(SchedulerCache cache, IPodQueue queue, SchedulerProfiles profiles)
{
    public void OnNode(InformerEvent<V1Node> change)
    {
        if (change.New is not { } node)
        {
            cache.RemoveNode(change.Old!.Metadata.Name);
            return;
        }

        cache.SetNode(node);
        var kind = change.Old is null ? ClusterChange.NodeAdded : NodeChanges.Between(change.Old, node);
        if (kind != ClusterChange.None) { queue.Notify(kind, change.Old, node); }
    }

    public void OnPod(InformerEvent<V1Pod> change)
    {
        var (old, pod) = (change.Old, change.New);
        if (old is not null && pod is not null && old.Metadata.Uid != pod.Metadata.Uid)
        {
            OnPodGone(old); // deleted and made anew under one name, seen as one event
            old = null;
        }

        if (pod is null) { OnPodGone(old!); }
        else if (IsFinished(pod)) { OnPodGone(pod); }
        else if (!string.IsNullOrEmpty(pod.Spec.NodeName)) { OnAssigned(old, pod); }
        else { OnPending(pod); }
    }

    private void OnPending(V1Pod pod)
    {
        if (profiles.Find(pod.Spec.SchedulerName) is null) { return; }
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            queue.Remove(pod.Key());
            return;
        }

        // Its own decision is on the way: what comes is older than the binding.
        if (!cache.Contains(pod.Metadata.Uid)) { queue.AddOrUpdate(PodInfoFactory.Create(pod)); }
    }

    private void OnAssigned(V1Pod? old, V1Pod pod)
    {
        var isNews = old is null || string.IsNullOrEmpty(old.Spec.NodeName);
        cache.SetPod(PodInfoFactory.Create(pod));
        if (isNews) { queue.Remove(pod.Key()); }
        if (isNews || !SameLabels(old!, pod)) { queue.Notify(ClusterChange.AssignedPodChanged, old, pod); }
    }

    private void OnPodGone(V1Pod pod)
    {
        queue.Remove(pod.Key());
        if (string.IsNullOrEmpty(pod.Spec.NodeName) || !cache.Contains(pod.Metadata.Uid)) { return; }
        cache.RemovePod(pod.Metadata.Uid);
        queue.Notify(ClusterChange.AssignedPodGone, pod, null);
    }

    private static bool IsFinished(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    private static bool SameLabels(V1Pod left, V1Pod right) => NodeChanges.SameEntries(left.Metadata.Labels, right.Metadata.Labels);
}

namespace Orch.Scheduling.Plugins;

/// <summary>Prefers nodes that have the pod's images already, the more so the larger they are and the more nodes have them.</summary>
internal sealed class ImageLocality : IPreScorePlugin, IScorePlugin
{
    // Smaller images are fetched in no time; one container with more than a gigabyte weighs no more than that.
    private const long MinBytes = 23L * 1024 * 1024;
    private const long MaxBytesPerContainer = 1000L * 1024 * 1024;

    public string Name => "ImageLocality";

    public SchedulingStatus PreScore(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes)
    {
        var images = new List<string>();
        foreach (var container in pod.Pod.Spec.Containers) { images.Add(FullName(container.Image)); }
        foreach (var container in pod.Pod.Spec.InitContainers ?? []) { images.Add(FullName(container.Image)); }
        var shares = new double[images.Count];
        var anywhere = false;
        for (var i = 0; i < shares.Length; i++)
        {
            var having = 0;
            foreach (var node in nodes)
            {
                if (node.ImageSizeBytes(images[i]) > 0) { having++; }
            }

            shares[i] = (double)having / nodes.Count;
            anywhere |= having > 0;
        }

        if (!anywhere) { return SchedulingStatus.Skip; }
        state.Set(new Wanted(images, shares));
        return SchedulingStatus.Success;
    }

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        var wanted = state.Find<Wanted>()!;
        long bytes = 0;
        for (var i = 0; i < wanted.Images.Count; i++) { bytes += (long)(node.ImageSizeBytes(wanted.Images[i]) * wanted.Shares[i]); }
        var max = MaxBytesPerContainer * wanted.Images.Count;
        return Scores.Max * (Math.Clamp(bytes, MinBytes, max) - MinBytes) / (max - MinBytes);
    }

    // Nodes report names with a tag or digest; pods may leave the tag out.
    private static string FullName(string image)
        => image.LastIndexOf(':') > image.LastIndexOf('/') || image.Contains('@', StringComparison.Ordinal) ? image : image + ":latest";

    private sealed record Wanted(List<string> Images, double[] Shares);
}

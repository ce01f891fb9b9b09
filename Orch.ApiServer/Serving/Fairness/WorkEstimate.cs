using Orch.ApiServer.Registry;
using Orch.Storage;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>How much work a request is: one seat, more for a list of many objects, and more afterwards for a write that many watch.</summary>
/// <remarks>Upstream's figures: a seat for each hundred objects; five milliseconds of a seat for each ten watchers, from ten on. Watchers in the process are sent nothing.</remarks>
internal sealed class WorkEstimate(ServedResources resources)
{
    private const int ObjectsPerSeat = 100;
    private const int WatchersPerSeat = 10;
    private const int MostSeats = 10;
    private static readonly TimeSpan Telling = TimeSpan.FromMilliseconds(5);

    /// <param name="most">Seats that the level allows one request.</param>
    public Work Of(in WorkQuestion question, int most)
    {
        most = Math.Clamp(most, 1, MostSeats);
        return question.Info.Verb switch
        {
            _ when !question.Info.IsResource => Work.One,
            "list" => List(question, most),
            "watch" when question.SendsInitial => List(question, most),
            "create" or "update" or "patch" or "delete" => Write(question.Info, most),
            _ => Work.One,
        };
    }

    private Work List(in WorkQuestion question, int most)
    {
        var info = question.Info;
        if (info.Name.Length > 0 || question.IsOfOne || resources.Find(info.GroupVersionResource) is not { } resource) { return Work.One; }
        var objects = resource.Cache.Snapshot.Objects;
        long count = info.Namespace.Length == 0 || !resource.IsNamespaced ? objects.Count : CountIn(resource, info.Namespace);
        // Who selects has all looked at, however few are shown.
        if (question is { Limit: > 0, IsSelected: false }) { count = Math.Min(count, question.Limit); }
        return new Work((int)Math.Clamp((count + ObjectsPerSeat - 1) / ObjectsPerSeat, 1, most), 0, TimeSpan.Zero);
    }

    // Wide requests block seats while they wait for enough of them: what is over the most is made up for in time.
    private Work Write(RequestInfo info, int most)
    {
        if (info is { Subresource: "token", Resource: "serviceaccounts" } || resources.Find(info.GroupVersionResource) is not { } resource) { return Work.One; }
        var watchers = resource.Cache.RemoteWatchersOf(info.Namespace, info.Name);
        if (watchers < WatchersPerSeat) { return Work.One; }
        var seats = (watchers + WatchersPerSeat - 1) / WatchersPerSeat;
        var given = Math.Min(seats, most);
        return new Work(1, given, Telling * ((double)seats / given));
    }

    private static int CountIn(ServedResource resource, string namespaceName)
    {
        var prefix = resource.PrefixOf(namespaceName);
        return resource.Cache.Snapshot.Objects.CountRange(prefix, RangeRequest.PrefixEnd(prefix));
    }
}

using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Tables of the levels, their queues and who waits in them, for people to read.</summary>
internal static class FlowDump
{
    public const string Levels = "dump_priority_levels";
    public const string Queues = "dump_queues";
    public const string Requests = "dump_requests";

    /// <summary>One of the tables.</summary>
    public static string Of(string what, IReadOnlyDictionary<string, PriorityLevel> levels, bool withDetails)
    {
        var rows = new List<string[]>();
        foreach (var level in levels.Values.OrderBy(static level => level.Name, StringComparer.Ordinal))
        {
            switch (what)
            {
                case Levels: rows.Add(LevelOf(level)); break;
                case Queues: level.Inspect((index, queue) => rows.Add([level.Name, Text(index), Text(queue.Count), queue.Next.ToString("F3", CultureInfo.InvariantCulture) + "ss", Text(queue.Waiters.Sum(static waiter => waiter.Width))])); break;
                default: level.Inspect((index, queue) => rows.AddRange(queue.Waiters.Select((waiter, place) => WaiterOf(level, index, place, waiter, withDetails)))); break;
            }
        }

        string[] heads = what switch
        {
            Levels => ["PriorityLevelName", "ActiveQueues", "IsIdle", "WaitingRequests", "ExecutingRequests", "DispatchedRequests", "RejectedRequests"],
            Queues => ["PriorityLevelName", "Index", "PendingRequests", "NextDispatchR", "InitialSeatsSum"],
            _ => withDetails
                ? ["PriorityLevelName", "FlowSchemaName", "QueueIndex", "RequestIndexInQueue", "FlowDistingsher", "ArriveTime", "InitialSeats", "UserName", "Verb", "APIPath", "Namespace", "Name", "APIVersion", "Resource", "SubResource"]
                : ["PriorityLevelName", "FlowSchemaName", "QueueIndex", "RequestIndexInQueue", "FlowDistingsher", "ArriveTime", "InitialSeats"],
        };
        return Table([heads, .. rows]);
    }

    private static string[] LevelOf(PriorityLevel level)
    {
        var active = 0;
        level.Inspect((_, queue) => active += queue.Count > 0 ? 1 : 0);
        return [level.Name, Text(active), level.Executing == 0 && level.Waiting == 0 ? "true" : "false", Text(level.Waiting), Text(level.Executing), Text(level.Dispatched), Text(level.Rejected)];
    }

    private static string[] WaiterOf(PriorityLevel level, int queue, int place, Waiter waiter, bool withDetails)
    {
        string[] brief =
        [
            level.Name, waiter.Schema?.Name ?? string.Empty, Text(queue), Text(place), OneLine(waiter.Distinguisher),
            waiter.Arrived.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture), Text(waiter.Width),
        ];
        return !withDetails || waiter.Info is not { } info ? brief : [.. brief, OneLine(waiter.User), info.Verb, OneLine(info.Path), OneLine(info.Namespace), OneLine(info.Name), OneLine(info.Version), OneLine(info.Resource), OneLine(info.Subresource)];
    }

    // Names of users and paths are the clients' own words: none may make a line of its own.
    private static string OneLine(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? text : new string([.. text.Select(static letter => letter < ' ' ? ' ' : letter)]);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Table(List<string[]> rows)
    {
        var text = new StringBuilder();
        var widths = new int[rows[0].Length];
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length - 1; column++) { widths[column] = Math.Max(Math.Max(widths[column], row[column].Length + 2), 8); }
        }

        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++) { text.Append(column < row.Length - 1 ? (row[column] + ",").PadRight(widths[column]) : row[column]); }
            text.Append('\n');
        }

        return text.ToString();
    }
}

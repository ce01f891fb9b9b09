using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orch.Runtime;

namespace Orch.Kubelet.Server;

/// <summary>What a client wants of a log.</summary>
internal sealed record LogQuery
{
    public bool Follow { get; init; }

    public bool Previous { get; init; }

    public bool Timestamps { get; init; }

    public long? TailLines { get; init; }

    public long? LimitBytes { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary><c>All</c>, <c>Stdout</c> or <c>Stderr</c>.</summary>
    public string Stream { get; init; } = "All";

    /// <exception cref="FormatException">A value is not what it should be; the message names it.</exception>
    public static LogQuery Parse(IQueryCollection query, DateTimeOffset now)
    {
        var sinceSeconds = Number(query, "sinceSeconds", 1);
        DateTimeOffset? since = sinceSeconds is { } seconds ? now - TimeSpan.FromSeconds(seconds) : null;
        if (query["sinceTime"].ToString() is { Length: > 0 } text)
        {
            if (since is not null) { throw new FormatException("at most one of `sinceTime` or `sinceSeconds` may be specified"); }
            since = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
                : throw new FormatException($"sinceTime: Invalid value: \"{text}\": must be an RFC 3339 time");
        }

        return new LogQuery
        {
            Follow = IsSet(query, "follow"),
            Previous = IsSet(query, "previous"),
            Timestamps = IsSet(query, "timestamps"),
            TailLines = Number(query, "tailLines", 0),
            LimitBytes = Number(query, "limitBytes", 1),
            Since = since,
            Stream = query["stream"].ToString() is { Length: > 0 } stream ? stream : "All",
        };
    }

    public LogRequest ToRequest() => new() { Follow = Follow, TailLines = TailLines, Since = Since };

    public bool Wants(bool isError) => Stream switch { "Stdout" => !isError, "Stderr" => isError, _ => true };

    private static bool IsSet(IQueryCollection query, string name) => query[name].ToString() is "true" or "1" or "True";

    private static long? Number(IQueryCollection query, string name, long least)
    {
        if (query[name].ToString() is not { Length: > 0 } text) { return null; }
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < least)
        {
            throw new FormatException($"{name}: Invalid value: {text}: must be greater than {(least == 0 ? "or equal to 0" : "0")}");
        }

        return value;
    }
}

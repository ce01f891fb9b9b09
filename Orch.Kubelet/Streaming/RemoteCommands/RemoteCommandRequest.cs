using Microsoft.AspNetCore.Http;

namespace Orch.Kubelet.Streaming.RemoteCommands;

/// <summary>Which streams a client of exec or attach wants.</summary>
internal sealed record RemoteCommandRequest
{
    public bool HasStdin { get; init; }

    public bool HasStdout { get; init; }

    /// <summary>Never together with <see cref="HasTty"/>, where everything comes through standard output.</summary>
    public bool HasStderr { get; init; }

    public bool HasTty { get; init; }

    /// <summary>Of exec; empty for attach.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Reads the query of the API (<c>stdin=true</c>) or of the node agent (<c>input=1</c>).</summary>
    /// <returns>Null when no stream is asked for, which is a bad request.</returns>
    public static RemoteCommandRequest? Parse(IQueryCollection query)
    {
        var hasTty = IsSet(query, "tty");
        var request = new RemoteCommandRequest
        {
            HasTty = hasTty,
            HasStdin = IsSet(query, "stdin") || IsSet(query, "input"),
            HasStdout = IsSet(query, "stdout") || IsSet(query, "output"),
            HasStderr = !hasTty && (IsSet(query, "stderr") || IsSet(query, "error")),
            Command = [.. query["command"].Where(word => word is not null).Select(word => word!)],
        };
        return request.HasStdin || request.HasStdout || request.HasStderr ? request : null;
    }

    private static bool IsSet(IQueryCollection query, string name) =>
        query[name].FirstOrDefault() is { } value && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));
}

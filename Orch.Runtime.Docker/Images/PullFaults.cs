namespace Orch.Runtime.Docker.Images;

/// <summary>Sorts a failed pull by what the engine says; it passes registries' words on and has no codes of its own.</summary>
internal static class PullFaults
{
    // In this order: Docker Hub answers "pull access denied ... repository does not exist" for a name that it does not know.
    private static readonly (RuntimeErrorCode Code, string[] Words)[] Kinds =
    [
        (RuntimeErrorCode.InvalidImageName, ["invalid reference format"]),
        (RuntimeErrorCode.ImagePullUnauthorized, ["unauthorized", "access denied", "denied:", "no basic auth credentials", "authentication required", "forbidden"]),
        (RuntimeErrorCode.ImagePullNotFound, ["manifest unknown", "name unknown", "not found", "does not exist"]),
        (RuntimeErrorCode.ImagePullUnreachable,
            ["no such host", "connection refused", "network is unreachable", "no route to host", "timeout", "i/o timeout", "TLS handshake", "server misbehaving", "connection reset", "EOF"]),
    ];

    public static RuntimeErrorCode CodeOf(string message)
    {
        foreach (var (code, words) in Kinds)
        {
            if (words.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                return code;
            }
        }

        return RuntimeErrorCode.ImagePullFailed;
    }
}

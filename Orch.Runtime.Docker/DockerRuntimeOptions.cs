namespace Orch.Runtime.Docker;

/// <summary>Which engine runs the containers, and how.</summary>
public sealed class DockerRuntimeOptions
{
    /// <summary>The engine's Unix socket. Default <c>/var/run/docker.sock</c>.</summary>
    public string SocketPath { get; set; } = "/var/run/docker.sock";

    /// <summary>
    /// Tells the containers of one cluster from those of others on the same engine: a label and part of every name.
    /// Letters, digits, dots, dashes and underscores, at most 63. Default <c>orch</c>.
    /// </summary>
    public string ClusterId { get; set; } = "orch";

    /// <summary>
    /// The image of sandboxes, such as <c>registry.example/pause:3.10</c>; pulled when missing. Empty (the default), or one that cannot be
    /// pulled: a built-in image of some hundred bytes is imported into the engine.
    /// </summary>
    public string PauseImage { get; set; } = string.Empty;

    /// <summary>For each call to the engine that should answer at once. Default 2 minutes, as an engine under load may take long to start a container.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>A pull that makes no progress for this long is given up. Default 1 minute.</summary>
    public TimeSpan PullProgressTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A container's log file is rotated at this size; at least 1 KiB. Default 10 MiB.</summary>
    public long LogMaxBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Log files kept for each container, the current one included; at least 1. Default 5.</summary>
    public int LogMaxFiles { get; set; } = 5;
}

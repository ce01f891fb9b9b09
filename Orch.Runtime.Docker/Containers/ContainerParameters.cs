using System.Globalization;
using Docker.DotNet.Models;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Containers;

/// <summary>A container's configuration in the engine's words.</summary>
internal static class ContainerParameters
{
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.InvalidArgument"/>: a seccomp profile cannot be read.</exception>
    public static async Task<CreateContainerParameters> BuildAsync(
        ContainerIdentity identity, ContainerConfig config, DockerRuntimeOptions options, CancellationToken cancellationToken)
    {
        var host = new HostConfig
        {
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
            LogConfig = new LogConfig
            {
                Type = "json-file",
                Config = new Dictionary<string, string>
                {
                    ["max-size"] = options.LogMaxBytes.ToString(CultureInfo.InvariantCulture),
                    ["max-file"] = options.LogMaxFiles.ToString(CultureInfo.InvariantCulture),
                },
            },
            Mounts = [.. config.Mounts.Select(ToMount)],
            Devices = [.. config.Devices.Select(device => new DeviceMapping
            {
                PathOnHost = device.HostPath, PathInContainer = device.ContainerPath, CgroupPermissions = device.Permissions,
            })],
        };
        JoinNamespaces(host, identity, config);
        Limit(host, config.Resources);
        await SecureAsync(host, config.Security, cancellationToken).ConfigureAwait(false);
        return new CreateContainerParameters
        {
            Image = config.ImageId.Value,
            Entrypoint = config.Command.Count > 0 ? [.. config.Command] : null!,
            Cmd = config.Args.Count > 0 ? [.. config.Args] : null!,
            WorkingDir = config.WorkingDirectory.Length > 0 ? config.WorkingDirectory : null!,
            Env = ToEnvironment(config.Environment),
            User = ToUser(config.Security)!,
            OpenStdin = config.HasStdin,
            StdinOnce = config.HasStdin && config.IsStdinOnce,
            Tty = config.HasTty,
            StopSignal = config.StopSignal.Length > 0 ? config.StopSignal : null!,
            Healthcheck = new HealthcheckConfig { Test = ["NONE"] }, // Probes are the node agent's.
            HostConfig = host,
        };
    }

    public static ContainerUpdateParameters ToUpdate(ContainerResources resources) => new()
    {
        CPUShares = resources.CpuShares ?? 0,
        CPUQuota = Microseconds(resources.CpuQuota),
        CPUPeriod = Microseconds(resources.CpuPeriod),
        Memory = resources.MemoryLimitBytes ?? 0,
        MemorySwap = resources.MemoryLimitBytes ?? 0,
        PidsLimit = resources.ProcessLimit,
    };

    private static void JoinNamespaces(HostConfig host, ContainerIdentity identity, ContainerConfig config)
    {
        var sandbox = "container:" + identity.Sandbox;
        var isOnHostNetwork = identity.Namespaces.Network == NamespaceMode.Node;
        host.NetworkMode = isOnHostNetwork ? "host" : sandbox;
        host.UTSMode = isOnHostNetwork ? "host" : null!;
        host.IpcMode = identity.Namespaces.Ipc == NamespaceMode.Node ? "host" : sandbox;
        host.PidMode = config.Pid switch
        {
            NamespaceMode.Pod => sandbox,
            NamespaceMode.Node => "host",
            _ => null!,
        };
    }

    private static void Limit(HostConfig host, ContainerResources resources)
    {
        host.CPUShares = resources.CpuShares ?? 0;
        host.CPUQuota = Microseconds(resources.CpuQuota);
        host.CPUPeriod = Microseconds(resources.CpuPeriod);
        host.Memory = resources.MemoryLimitBytes ?? 0;
        host.MemorySwap = resources.MemoryLimitBytes ?? 0;
        host.PidsLimit = resources.ProcessLimit;
        host.OomScoreAdj = resources.OomScoreAdjustment ?? 0;
    }

    private static async Task SecureAsync(HostConfig host, ContainerSecurity security, CancellationToken cancellationToken)
    {
        host.Privileged = security.IsPrivileged;
        host.CapAdd = [.. security.AddedCapabilities];
        host.CapDrop = [.. security.DroppedCapabilities];
        host.ReadonlyRootfs = security.IsRootFilesystemReadOnly;
        host.GroupAdd = [.. security.SupplementalGroups.Select(group => group.ToString(CultureInfo.InvariantCulture))];
        if (security.IsProcUnmasked)
        {
            (host.MaskedPaths, host.ReadonlyPaths) = ([], []);
        }

        List<string> choices = [];
        if (security.ForbidsNewPrivileges)
        {
            choices.Add("no-new-privileges");
        }

        if (security.AppArmorProfile is { } appArmor)
        {
            choices.Add("apparmor=" + appArmor);
        }

        if (security.SeccompProfile is { } seccomp)
        {
            choices.Add("seccomp=" + await ReadProfileAsync(seccomp, cancellationToken).ConfigureAwait(false));
        }

        host.SecurityOpt = choices.Count > 0 ? choices : null!;
    }

    // The engine takes the profile's text, not its path.
    private static async ValueTask<string> ReadProfileAsync(string profile, CancellationToken cancellationToken)
    {
        if (profile == "unconfined")
        {
            return profile;
        }

        try
        {
            return await File.ReadAllTextAsync(profile, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RuntimeException(RuntimeErrorCode.InvalidArgument, $"the seccomp profile {profile} cannot be read: {e.Message}", e);
        }
    }

    private static Mount ToMount(ContainerMount mount) => new()
    {
        Type = "bind",
        Source = mount.HostPath,
        Target = mount.ContainerPath,
        ReadOnly = mount.IsReadOnly,
        BindOptions = new BindOptions
        {
            Propagation = mount.Propagation switch
            {
                MountPropagation.HostToContainer => "rslave",
                MountPropagation.Bidirectional => "rshared",
                _ => "rprivate",
            },
        },
    };

    private static List<string> ToEnvironment(IReadOnlyList<EnvironmentVariable> environment)
    {
        var byName = new OrderedDictionary<string, string>();
        foreach (var variable in environment)
        {
            byName[variable.Name] = variable.Value;
        }

        return [.. byName.Select(variable => $"{variable.Key}={variable.Value}")];
    }

    private static string? ToUser(ContainerSecurity security) => (security.User, security.Group) switch
    {
        (null, _) => null,
        ({ } user, null) => user.ToString(CultureInfo.InvariantCulture),
        ({ } user, { } group) => string.Create(CultureInfo.InvariantCulture, $"{user}:{group}"),
    };

    private static long Microseconds(TimeSpan? span) => (long)(span?.TotalMicroseconds ?? 0);
}

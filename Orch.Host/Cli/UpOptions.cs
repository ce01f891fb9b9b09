using System.CommandLine;

namespace Orch.Host.Cli;

/// <summary>The options of <c>orch up</c>.</summary>
internal sealed class UpOptions
{
    public Option<string> Data { get; } = DataDirectory();

    public Option<string> Runtime { get; } = new("--runtime") { Description = "docker runs real containers; simulated only seems to.", DefaultValueFactory = _ => "docker" };

    public Option<int> Nodes { get; } = new("--nodes") { Description = "How many simulated nodes.", DefaultValueFactory = _ => 1 };

    public Option<int?> Port { get; } = new("--port") { Description = "Port of the API server (default 6443)." };

    public Option<string?> BindAddress { get; } = new("--bind-address") { Description = "Address that the API server listens on (default all)." };

    public Option<string?> AdvertiseAddress { get; } = new("--advertise-address") { Description = "Address by which others reach this machine (default its own)." };

    public Option<string?> NodeName { get; } = new("--node-name") { Description = "Name of this machine's node (default its host name)." };

    public Option<string?> Name { get; } = new("--name") { Description = "Name of the cluster (default orch)." };

    public Option<string[]> Etcd { get; } = new("--etcd") { Description = "Keep the cluster in etcd at these endpoints instead of the embedded store.", AllowMultipleArgumentsPerToken = true };

    public Option<string?> EncryptionConfiguration { get; } = new("--encryption-provider-config") { Description = "File that says which stored objects are encrypted, and by which keys (EncryptionConfiguration)." };

    public Option<bool> KeepWorkloads { get; } = new("--keep-workloads") { Description = "Leave containers and rules in place at the end, for the next start." };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Log more." };

    public UpOptions()
    {
        Runtime.AcceptOnlyFromAmong("docker", "simulated");
        Nodes.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 10_000) { result.AddError("--nodes must be 1 to 10000."); }
        });
    }

    public IEnumerable<Option> All => [Data, Runtime, Nodes, Port, BindAddress, AdvertiseAddress, NodeName, Name, Etcd, EncryptionConfiguration, KeepWorkloads, Verbose];

    public static Option<string> DataDirectory()
        => new("--data-dir") { Description = "Where certificates, data and volumes lie.", DefaultValueFactory = _ => Environment.IsPrivilegedProcess ? "/var/lib/orch" : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "orch") };
}

using System.Net;
using Orch.Host.Certificates;
using Orch.Host.Composition;

namespace Orch.Host.Cli;

/// <summary>Loads on another core the code that a start needs first, while the command is still composing the cluster on one.</summary>
/// <remarks>Cryptography is what loads longest and what all else waits for: keys are made, and thrown away.</remarks>
internal static class CodeWarmup
{
    public static void Begin() => Task.Run(static () =>
    {
        try
        {
            ClusterCertificates.LoadOrCreate(null, new CertificateNames("warm", ["localhost"], [IPAddress.Loopback], [IPAddress.Loopback]), TimeProvider.System).Dispose();
            _ = MachineAddress.Find();
        }
        catch (Exception)
        {
            // What does not work here says so where it is needed.
        }
    });
}

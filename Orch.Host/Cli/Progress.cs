using System.Globalization;
using Orch.Host.Composition;

namespace Orch.Host.Cli;

/// <summary>Tells a person how the start goes, and what to do next.</summary>
internal sealed class Progress(TextWriter output, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public void Say(string text)
        => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{time.GetElapsedTime(_start).TotalSeconds,6:F2} s] {text}"));

    public void Ready(OrchCluster cluster, OrchClusterOptions options)
    {
        Say("the cluster is ready");
        output.WriteLine();
        output.WriteLine($"  API server   {cluster.ApiServerAddress.GetLeftPart(UriPartial.Authority)}");
        output.WriteLine($"  kubeconfig   {options.EffectiveKubeconfigPath}");
        output.WriteLine($"  data         {options.DataDirectory}");
        output.WriteLine("  logs         here; more with --verbose");
        output.WriteLine();
        output.WriteLine("Next, in another terminal:");
        output.WriteLine();
        output.WriteLine($"  export KUBECONFIG={options.EffectiveKubeconfigPath}");
        output.WriteLine("  kubectl get nodes");
        output.WriteLine();
        output.WriteLine("Ctrl-C ends the cluster.");
    }
}

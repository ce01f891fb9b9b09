using Orch.Networking.Tools;

namespace Orch.Networking.Pods;

/// <summary>Lets pods' packets through the node and gives those that leave the pods' range the node's address.</summary>
/// <remarks>Applied again, the rules are replaced in one transaction while the maps keep their elements: pods outlive the agent.</remarks>
internal sealed class ForwardingRules(string bridge, PodNetworkOptions options)
{
    private static readonly string[] Directions = ["-i", "-o"];

    /// <summary>The nftables table.</summary>
    public string Table { get; } = bridge.Replace('-', '_') + "_pods";

    public async Task ApplyAsync(string podCidr, CancellationToken cancellationToken)
    {
        await HostTool.RunAsync("nft", ["-f", "-"], $$"""
            table ip {{Table}} {
            {{HostPortMaps.Declarations}}
              chain postrouting { type nat hook postrouting priority srcnat; policy accept; }
            }
            flush table ip {{Table}}
            table ip {{Table}} {
            {{HostPortMaps.Rules}}
              chain postrouting {
                {{HostPortMaps.SelfRule}}
                ip saddr {{podCidr}} ip daddr != {{options.ClusterCidr}} oifname != "{{bridge}}" masquerade
              }
            }

            """, cancellationToken).ConfigureAwait(false);
        foreach (var direction in Directions)
        {
            if (await IptablesAsync("-C", direction, cancellationToken).ConfigureAwait(false)) { continue; }
            await IptablesAsync("-I", direction, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await HostTool.TryAsync("nft", ["delete", "table", "ip", Table], null, cancellationToken).ConfigureAwait(false);
        foreach (var direction in Directions)
        {
            while (await IptablesAsync("-D", direction, cancellationToken).ConfigureAwait(false)) { }
        }
    }

    // An engine or firewall may set iptables to drop what is forwarded; acceptance in a table of ours would not overrule that.
    private async Task<bool> IptablesAsync(string action, string direction, CancellationToken cancellationToken)
    {
        try
        {
            var result = await HostTool.TryAsync("iptables",
                ["-w", action, "FORWARD", direction, bridge, "-m", "comment", "--comment", Table, "-j", "ACCEPT"], null, cancellationToken).ConfigureAwait(false);
            return result.ExitCode == 0;
        }
        catch (HostToolException)
        {
            return false; // without iptables nothing of its kind drops
        }
    }
}

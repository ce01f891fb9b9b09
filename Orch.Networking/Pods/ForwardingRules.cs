using Orch.Networking.Tools;

namespace Orch.Networking.Pods;

/// <summary>Lets pods' packets through the node and gives those that leave the pods' range the node's address.</summary>
internal sealed class ForwardingRules(string bridge, PodNetworkOptions options)
{
    private static readonly string[] Directions = ["-i", "-o"];
    private readonly string _table = bridge.Replace('-', '_') + "_pods";

    public async Task ApplyAsync(string podCidr, CancellationToken cancellationToken)
    {
        await HostTool.RunAsync("nft", ["-f", "-"], $$"""
            table ip {{_table}}
            delete table ip {{_table}}
            table ip {{_table}} {
              chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
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
        await HostTool.TryAsync("nft", ["delete", "table", "ip", _table], null, cancellationToken).ConfigureAwait(false);
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
                ["-w", action, "FORWARD", direction, bridge, "-m", "comment", "--comment", _table, "-j", "ACCEPT"], null, cancellationToken).ConfigureAwait(false);
            return result.ExitCode == 0;
        }
        catch (HostToolException)
        {
            return false; // without iptables nothing of its kind drops
        }
    }
}

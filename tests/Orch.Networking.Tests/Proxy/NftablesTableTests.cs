using System.Net;
using System.Text.RegularExpressions;
using Orch.Networking.Proxy;
using Orch.Resources;

namespace Orch.Networking.Tests.Proxy;

public sealed partial class NftablesTableTests
{
    [Fact]
    public void Change_AfterAnyHistory_HoldsWhatALoadWouldHold()
    {
        var random = new Random(11);
        var table = new NftablesTable("t");
        var current = new Dictionary<ServicePortKey, ServicePortRoute>();
        var elements = Interpret([], table.Load([]));
        for (var round = 0; round < 500; round++)
        {
            var removed = new List<ServicePortRoute>();
            var changed = new List<(ServicePortRoute?, ServicePortRoute)>();
            foreach (var key in Enumerable.Range(1, 4).Select(i => Key(i)).Where(_ => random.Next(2) == 0))
            {
                var old = current.GetValueOrDefault(key);
                if (old is not null && random.Next(3) == 0) { removed.Add(old); current.Remove(key); continue; }
                var route = Route(key, random, old);
                if (route.Equals(old)) { continue; }
                changed.Add((old, route));
                current[key] = route;
            }

            elements = Interpret(elements, table.Change(new ServiceRoutesDelta(removed, changed)));
            Assert.Equal(Interpret([], new NftablesTable("t").Load(current.Values)).Order(), elements.Order());
        }
    }

    private static ServicePortKey Key(int number) => new(new ObjectKey("default", $"s{number}"), 80, number % 2 == 0 ? "UDP" : "TCP");

    private static ServicePortRoute Route(ServicePortKey key, Random random, ServicePortRoute? old)
    {
        var number = key.Service.Name[1] - '0';
        var wanted = Enumerable.Range(0, 5).Where(_ => random.Next(2) == 0).Select(i => new IPEndPoint(new IPAddress([10, 0, 0, (byte)i]), 8080)).ToList();
        var nodePort = random.Next(2) == 0 ? 0 : 30000 + number;
        return new ServicePortRoute(
            key, [new IPAddress([10, 96, 0, (byte)number])], nodePort, Slots.Keep(old?.Endpoints ?? [], wanted),
            nodePort == 0 ? [] : Slots.Keep(old?.NodePortEndpoints ?? [], wanted), random.Next(2) == 0, random.Next(3) == 0 ? TimeSpan.FromSeconds(60) : null);
    }

    // Reads the add and delete commands as nft would, and refuses what nft would refuse.
    private static HashSet<string> Interpret(HashSet<string> elements, string commands)
    {
        var result = new HashSet<string>(elements);
        foreach (Match command in Command().Matches(commands))
        {
            foreach (var element in command.Groups["elements"].Value.Split(", "))
            {
                var (map, key) = (command.Groups["map"].Value, element.Split(" : ")[0]);
                if (command.Groups["verb"].Value == "delete") { Assert.Equal(1, result.RemoveWhere(line => line.StartsWith($"{map} {key} :", StringComparison.Ordinal))); }
                else { Assert.True(result.Add($"{map} {key} :{element[key.Length..]}"), $"{map} {element} twice"); }
            }
        }

        return result;
    }

    [GeneratedRegex(@"^(?<verb>add|delete) element ip t (?<map>\w+) \{ (?<elements>.*) \}$", RegexOptions.Multiline)]
    private static partial Regex Command();
}

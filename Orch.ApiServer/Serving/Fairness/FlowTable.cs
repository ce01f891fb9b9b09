using k8s.Models;
using Orch.Security;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>All flow schemas, by subject: which one a request is of.</summary>
/// <remarks>
/// A request looks at the schemas that name its user, its groups or everybody, in order of precedence, and at no others. Immutable.
/// </remarks>
internal sealed class FlowTable
{
    private const string Any = "*";
    private const string AccountPrefix = "system:serviceaccount:";
    private readonly Dictionary<string, List<Entry>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>>.AlternateLookup<ReadOnlySpan<char>> _accountsIn;
    private readonly List<Entry> _everybody = [];
    private readonly FlowSchema _rest;

    /// <param name="schemas">In order of precedence.</param>
    /// <param name="rest">Takes what no other does.</param>
    public FlowTable(IEnumerable<(FlowSchema Schema, V1FlowSchemaSpec Spec)> schemas, FlowSchema rest)
    {
        _rest = rest;
        _accountsIn = _accounts.GetAlternateLookup<ReadOnlySpan<char>>();
        var order = 0;
        foreach (var (schema, spec) in schemas)
        {
            foreach (var rule in spec.Rules ?? [])
            {
                var entry = new Entry(order, schema, new FlowSchemaRules(rule));
                foreach (var subject in rule.Subjects ?? []) { Add(subject, entry); }
            }

            order++;
        }
    }

    private sealed record Entry(int Order, FlowSchema Schema, FlowSchemaRules Rules);

    /// <summary>The schema of a request.</summary>
    public FlowSchema Find(UserInfo user, RequestInfo info)
    {
        Entry? best = null;
        First(_everybody, info, ref best);
        if (_users.TryGetValue(user.Name, out var entries)) { First(entries, info, ref best); }
        for (var index = 0; index < user.Groups.Count; index++)
        {
            if (_groups.TryGetValue(user.Groups[index], out entries)) { First(entries, info, ref best); }
        }

        if (_accounts.Count > 0 && user.Name.StartsWith(AccountPrefix, StringComparison.Ordinal))
        {
            var rest = user.Name.AsSpan(AccountPrefix.Length);
            if (rest.IndexOf(':') is > 0 and var colon && _accountsIn.TryGetValue(rest[..colon], out entries)) { First(entries, info, ref best); }
        }

        return best?.Schema ?? _rest;
    }

    private static void First(List<Entry> entries, RequestInfo info, ref Entry? best)
    {
        foreach (var entry in entries)
        {
            if (best is not null && entry.Order >= best.Order) { return; }
            if (entry.Rules.Matches(info)) { best = entry; return; }
        }
    }

    private void Add(Flowcontrolv1Subject subject, Entry entry)
    {
        switch (subject.Kind)
        {
            case "User" when subject.User?.Name == Any:
            case "Group" when subject.Group?.Name == Any:
                _everybody.Add(entry);
                break;
            case "User" when subject.User is { } user: Add(_users, user.Name, entry); break;
            case "Group" when subject.Group is { } group: Add(_groups, group.Name, entry); break;
            case "ServiceAccount" when subject.ServiceAccount is { Name: Any } all: Add(_accounts, all.NamespaceProperty, entry); break;
            case "ServiceAccount" when subject.ServiceAccount is { } account: Add(_users, $"{AccountPrefix}{account.NamespaceProperty}:{account.Name}", entry); break;
        }
    }

    private static void Add(Dictionary<string, List<Entry>> entries, string key, Entry entry)
    {
        if (!entries.TryGetValue(key, out var list)) { entries[key] = list = []; }
        list.Add(entry);
    }
}

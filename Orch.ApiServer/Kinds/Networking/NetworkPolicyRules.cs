using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>The rules for network policies.</summary>
internal static class NetworkPolicyRules
{
    /// <summary>What a policy allows.</summary>
    /// <param name="old">What is stored: its faulty label values and networks may stay.</param>
    public static void Validate(V1NetworkPolicySpec spec, V1NetworkPolicySpec? old, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        var lenient = HasFaults(old?.PodSelector);
        var known = old is null ? [] : Blocks(old).SelectMany(static item => (string[])[item.Cidr, .. item.Except ?? []]).ToHashSet();
        SelectorRules.Validate(spec.PodSelector, path.Child("podSelector"), errors, lenient);
        for (var index = 0; index < (spec.Ingress?.Count ?? 0); index++)
        {
            var at = path.Child("ingress").Index(index);
            Ports(spec.Ingress![index].Ports, at.Child("ports"), errors);
            Peers(spec.Ingress[index].FromProperty, known, lenient, at.Child("from"), errors);
        }

        for (var index = 0; index < (spec.Egress?.Count ?? 0); index++)
        {
            var at = path.Child("egress").Index(index);
            Ports(spec.Egress![index].Ports, at.Child("ports"), errors);
            Peers(spec.Egress[index].To, known, lenient, at.Child("to"), errors);
        }

        Types(spec.PolicyTypes, path.Child("policyTypes"), errors);
    }

    /// <summary>Texts about networks that are hardly meant.</summary>
    public static IEnumerable<string> Warnings(V1NetworkPolicySpec spec)
    {
        var (path, texts) = (FieldPath.Of("spec"), new List<string>());
        for (var index = 0; index < (spec.Ingress?.Count ?? 0); index++) { Warnings(spec.Ingress![index].FromProperty, path.Child("ingress").Index(index).Child("from"), texts); }
        for (var index = 0; index < (spec.Egress?.Count ?? 0); index++) { Warnings(spec.Egress![index].To, path.Child("egress").Index(index).Child("to"), texts); }
        return texts;
    }

    private static void Warnings(IList<V1NetworkPolicyPeer>? peers, FieldPath path, List<string> texts)
    {
        for (var index = 0; index < (peers?.Count ?? 0); index++)
        {
            if (peers![index].IpBlock is not { } block) { continue; }
            var at = path.Index(index).Child("ipBlock");
            IpWarnings.Cidr(block.Cidr, at.Child("cidr"), texts);
            for (var item = 0; item < (block.Except?.Count ?? 0); item++) { IpWarnings.Cidr(block.Except![item], at.Child("except").Index(item), texts); }
        }
    }

    private static bool HasFaults(V1LabelSelector? selector)
    {
        var errors = new FieldErrors();
        SelectorRules.Validate(selector, FieldPath.Of(string.Empty), errors);
        return errors.Count > 0;
    }

    private static IEnumerable<V1IPBlock> Blocks(V1NetworkPolicySpec spec)
        => (spec.Ingress ?? []).SelectMany(static rule => rule.FromProperty ?? []).Concat((spec.Egress ?? []).SelectMany(static rule => rule.To ?? []))
            .Where(static peer => peer.IpBlock is not null).Select(static peer => peer.IpBlock);

    private static void Ports(IList<V1NetworkPolicyPort>? ports, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (ports?.Count ?? 0); index++)
        {
            var (port, at) = (ports![index], path.Index(index));
            if (port.Protocol is not (null or "TCP" or "UDP" or "SCTP")) { errors.NotSupported(at.Child("protocol"), port.Protocol, "TCP", "UDP", "SCTP"); }
            if (port.Port is null)
            {
                if (port.EndPort is { } end) { errors.Invalid(at.Child("endPort"), end, "may not be specified when `port` is not specified"); }
                continue;
            }

            if (NumberRules.AsNumber(port.Port) is not { } number)
            {
                if (port.EndPort is { } end) { errors.Invalid(at.Child("endPort"), end, "may not be specified when `port` is non-numeric"); }
                TextRules.PortName(port.Port.Value, at.Child("port"), errors);
                continue;
            }

            NumberRules.Port(number, at, "port", errors);
            if (port.EndPort is not { } last) { continue; }
            if (last < number) { errors.Invalid(at.Child("endPort"), last, "must be greater than or equal to `port`"); }
            NumberRules.Port(last, at, "endPort", errors);
        }
    }

    private static void Peers(IList<V1NetworkPolicyPeer>? peers, HashSet<string> known, bool lenient, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (peers?.Count ?? 0); index++)
        {
            var (peer, at) = (peers![index], path.Index(index));
            SelectorRules.Validate(peer.PodSelector, at.Child("podSelector"), errors, lenient);
            SelectorRules.Validate(peer.NamespaceSelector, at.Child("namespaceSelector"), errors, lenient);
            if (peer.IpBlock is { } block) { Block(block, known, at.Child("ipBlock"), errors); }
            if (peer.PodSelector is null && peer.NamespaceSelector is null)
            {
                if (peer.IpBlock is null) { errors.Required(at, "must specify a peer"); }
            }
            else if (peer.IpBlock is not null)
            {
                errors.Forbidden(at, "may not specify both ipBlock and another peer");
            }
        }
    }

    private static void Block(V1IPBlock block, HashSet<string> known, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(block.Cidr))
        {
            errors.Required(path.Child("cidr"));
            return;
        }

        if (!known.Contains(block.Cidr)) { IpRules.Cidr(block.Cidr, path.Child("cidr"), errors); }
        if (!IpRules.IsCidr(block.Cidr)) { return; }
        var (_, network, length) = StrictIpRules.Parts(block.Cidr);
        for (var index = 0; index < (block.Except?.Count ?? 0); index++)
        {
            var (text, at) = (block.Except![index] ?? string.Empty, path.Child("except").Index(index));
            if (!known.Contains(text)) { IpRules.Cidr(text, at, errors); }
            if (!IpRules.IsCidr(text)) { continue; }
            var except = StrictIpRules.Parts(text);
            if (except.Length <= length || !StrictIpRules.Masked(except.Network, length).Equals(network)) { errors.Invalid(at, text, "must be a strict subset of `cidr`"); }
        }
    }

    private static void Types(IList<string>? types, FieldPath path, FieldErrors errors)
    {
        if (types is { Count: > 2 })
        {
            errors.Invalid(path, types, "may not specify more than two policyTypes");
            return;
        }

        for (var index = 0; index < (types?.Count ?? 0); index++)
        {
            if (types![index] is not ("Ingress" or "Egress")) { errors.NotSupported(path.Index(index), types[index], "Ingress", "Egress"); }
        }
    }
}

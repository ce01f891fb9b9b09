using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orch.Host.Certificates;

/// <summary>The keys and certificates that one cluster runs on: made once, kept in <c>pki/</c> of its data directory, renewed when they run out.</summary>
/// <remarks>File names are kubeadm's, so that people and tools find what they expect: https://kubernetes.io/docs/setup/best-practices/certificates/</remarks>
internal sealed class ClusterCertificates : IDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);
    private readonly CertificateAuthority _authority;

    private ClusterCertificates(
        CertificateAuthority authority, X509Certificate2 apiServer, X509Certificate2 admin, X509Certificate2 kubeletClient, X509Certificate2 kubeletServer, ECDsa serviceAccountKey)
    {
        _authority = authority;
        ApiServer = apiServer;
        Admin = admin;
        KubeletClient = kubeletClient;
        KubeletServer = kubeletServer;
        ServiceAccountKey = serviceAccountKey;
    }

    /// <summary>The cluster's root, without its private key.</summary>
    public string AuthorityPem => _authority.Certificate.ExportCertificatePem();

    /// <summary>The authority's private key, with which requests for certificates are signed.</summary>
    public string AuthorityKeyPem
    {
        get
        {
            using var key = _authority.Certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate authority has no private key of its own.");
            return key.ExportPkcs8PrivateKeyPem();
        }
    }

    /// <summary>The cluster's root with its private key.</summary>
    public X509Certificate2 Authority => _authority.Certificate;

    public X509Certificate2 ApiServer { get; }

    public X509Certificate2 Admin { get; }

    /// <summary>What the API server shows to node agents.</summary>
    public X509Certificate2 KubeletClient { get; }

    public X509Certificate2 KubeletServer { get; }

    /// <summary>Signs service account tokens.</summary>
    public ECDsa ServiceAccountKey { get; }

    /// <summary>Loads what is there and makes what is missing, no longer valid soon, or made for other names.</summary>
    /// <param name="directory">Null keeps everything in memory.</param>
    public static ClusterCertificates LoadOrCreate(string? directory, CertificateNames names, TimeProvider time)
    {
        var files = new CertificateFiles(directory);
        var root = files.LoadPair("ca");
        if (root is null)
        {
            using var made = CertificateAuthority.Create("kubernetes-ca", time);
            files.SavePair("ca", made.Certificate);
            root = new X509Certificate2(made.Certificate);
        }

        var authority = new CertificateAuthority(root, time);
        X509Certificate2 Leaf(string name, Func<X509Certificate2> issue)
        {
            if (files.LoadPair(name) is { } existing)
            {
                if (IsUsable(existing, authority.Certificate, time)) { return existing; }
                existing.Dispose();
            }

            var issued = issue();
            files.SavePair(name, issued);
            return issued;
        }

        // A server's names may have changed since the last start, and making one costs a millisecond: always anew.
        var server = authority.IssueServer("kube-apiserver", names.ApiServerHosts, names.ApiServerAddresses);
        files.SavePair("apiserver", server);
        var kubelet = authority.IssueServer($"system:node:{names.NodeName}", [names.NodeName, "localhost"], names.NodeAddresses, "system:nodes");
        files.SavePair("kubelet", kubelet);
        return new ClusterCertificates(
            authority,
            server,
            Leaf("admin", () => authority.IssueClient("kubernetes-admin", "system:masters")),
            Leaf("apiserver-kubelet-client", () => authority.IssueClient("kube-apiserver-kubelet-client", "kubeadm:cluster-admins")),
            kubelet,
            files.LoadOrCreateKey("sa"));
    }

    public void Dispose()
    {
        _authority.Dispose();
        ApiServer.Dispose();
        Admin.Dispose();
        KubeletClient.Dispose();
        KubeletServer.Dispose();
        ServiceAccountKey.Dispose();
    }

    private static bool IsUsable(X509Certificate2 leaf, X509Certificate2 authority, TimeProvider time)
        => leaf.NotAfter.ToUniversalTime() > time.GetUtcNow() + RenewBefore
            && leaf.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData);
}

/// <summary>The names that servers of a cluster are reached by.</summary>
internal sealed record CertificateNames(
    string NodeName, IReadOnlyList<string> ApiServerHosts, IReadOnlyList<IPAddress> ApiServerAddresses, IReadOnlyList<IPAddress> NodeAddresses);

namespace Orch.Store.Etcd;

/// <summary>Which etcd to use and how to reach it.</summary>
public sealed class EtcdStoreOptions
{
    /// <summary>Client URLs of the members, all <c>http</c> or all <c>https</c>; the first that answers is used. Default <c>http://127.0.0.1:2379</c> when left empty.</summary>
    public IList<string> Endpoints { get; } = [];

    /// <summary>Goes before every key, so that several clusters can share an etcd; empty (default) or an absolute path without a trailing slash, such as <c>/orch</c>.</summary>
    public string KeyPrefix { get; set; } = string.Empty;

    /// <summary>PEM file with the authorities that may have signed the members' certificates; null (default): the machine's own.</summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>PEM file with the client's certificate; together with <see cref="ClientKeyFile"/>, or neither.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>PEM file with the client's private key.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>How long one operation may take, tries on other members included: more than zero, default 10 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often history older than this is compacted away, shared with whoever else compacts the same etcd as kube-apiserver does; zero: never. Default 5 minutes.</summary>
    public TimeSpan CompactionInterval { get; set; } = TimeSpan.FromMinutes(5);
}

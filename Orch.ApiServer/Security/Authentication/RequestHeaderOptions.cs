using System.Security.Cryptography.X509Certificates;

namespace Orch.ApiServer;

/// <summary>A proxy in front that authenticates users and says in headers who they are.</summary>
public sealed class RequestHeaderOptions
{
    /// <summary>Signs the proxy's client certificates; null (the default) believes no headers.</summary>
    public X509Certificate2? CertificateAuthority { get; set; }

    /// <summary>Common names that the proxy's certificate may have; empty (the default) for any that the authority signed.</summary>
    public IList<string> AllowedNames { get; } = [];

    /// <summary>Headers with the user's name; the first that is there counts. Default <c>X-Remote-User</c>.</summary>
    public IList<string> UsernameHeaders { get; } = ["X-Remote-User"];

    /// <summary>Headers with the user's unique id; the first that is there counts. Default none.</summary>
    public IList<string> UidHeaders { get; } = [];

    /// <summary>Headers with groups; all count. Default <c>X-Remote-Group</c>.</summary>
    public IList<string> GroupHeaders { get; } = ["X-Remote-Group"];

    /// <summary>What headers with more about the user begin with. Default <c>X-Remote-Extra-</c>.</summary>
    public IList<string> ExtraHeaderPrefixes { get; } = ["X-Remote-Extra-"];
}

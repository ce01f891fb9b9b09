using Orch.ApiServer.Proxying;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/attach</c>.</summary>
internal sealed class PodAttachHandler(NodeLocator locator, UpgradeTunnel tunnel, ConnectAdmission admission)
    : PodCommandHandler(locator, tunnel, admission, "attach", "PodAttachOptions");

import Config
/// Proxy.
package enum ProxyStub { package static let service = SidecarConfig().service }
